/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { assertOptions } from "@lorank/core";
import { comparisonWords } from "@lorank/evidence/compare";
import { render } from "preact-render-to-string";
import { cleanStrings } from "../clean-text.ts";
import { shownCompared } from "../compared.ts";
import { decisionMetric } from "../metric.ts";
import { Document } from "../parts/document.tsx";
import { stillPage } from "../parts/still-page.ts";
import { Answer } from "./answer.tsx";
import { Differences, OnTest } from "./differences.tsx";
import type { ReportedComparison } from "./reported-comparison.ts";
import { isCompared, type ShownComparison } from "./shown-comparison.ts";
import { Files, Results } from "./sides.tsx";

/**
 * Renders a comparison of two results as an HTML document without network or other files, as `renderReport` does. Its
 * sentences are those of `comparisonWords`. All text is cleaned and escaped.
 */
export function renderComparison(reported: ReportedComparison): string {
  assertOptions(reported, "the comparison", {
    ...{ comparison: true, axis: false, origins: false, notes: false },
  });
  const clean = cleanStrings(reported);
  const { comparison } = clean;
  const { metric, margin } = comparison;
  const shown: ShownComparison = {
    ...clean,
    words: comparisonWords(comparison, clean),
    metric: decisionMetric({ trials: [], decision: { metric, margin } }),
    compared: shownCompared(clean),
  };
  return `<!doctype html>\n${render(<Page shown={shown} />)}\n`;
}

function Page({ shown }: { readonly shown: ShownComparison }) {
  const { first, second, each = [], test } = shown.comparison;
  const name = `${first.name} and ${second.name}`;
  const links = [
    ["results", "Results", true],
    ["difference", "Difference", isCompared(shown.comparison)],
    ["each", shown.compared.title, each.length > 0],
    ["test", "Test", test !== undefined],
    ["files", "Files", shown.origins?.some(({ files }) => files.length > 0) ?? false],
  ] as const;
  return (
    <Document
      {...stillPage(true)}
      title={<title>{`${name}: ${shown.words.answer}`}</title>}
      of={{ sweep: { name }, data: {} }}
      nav={
        <nav aria-label="Sections">
          <ul>
            {links.map(
              ([id, title, isShown]) =>
                isShown && (
                  <li key={id}>
                    <a href={`#${id}`}>{title}</a>
                  </li>
                ),
            )}
          </ul>
        </nav>
      }
      footer="Made by LoRAnk, by lorank compare. This page loads nothing and sends nothing."
    >
      <Answer shown={shown} />
      <Results shown={shown} />
      <Differences shown={shown} />
      <OnTest shown={shown} />
      <Files shown={shown} />
    </Document>
  );
}
