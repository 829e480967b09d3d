/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { counted } from "@lorank/core";
import { inWords } from "@lorank/evidence/results";
import { render } from "preact-render-to-string";
import { shownCompared } from "./compared.ts";
import { Document } from "./parts/document.tsx";
import { stillPage } from "./parts/still-page.ts";
import {
  claimsOn,
  cleaned,
  type ReportOptions,
  ReportSections,
  type Shown,
  waysToUse,
} from "./report-sections.tsx";
import { isSweep, type Reported } from "./reported.ts";
import { hasAnswers } from "./sections/answers.tsx";

/**
 * Renders a sweep's results, or a decision on other outcomes, as an HTML document without network or other files. The
 * script adds copying, downloads, sorting and tooltips only. Equal arguments give equal text. All text from the results
 * is cleaned and escaped.
 */
export function renderReport(results: Reported, options: ReportOptions = {}): string {
  const page = <Page shown={cleaned(results, options)} />;
  return `<!doctype html>\n${render(page)}\n`;
}

function Page({ shown }: { readonly shown: Shown }) {
  const { results } = shown;
  const { isNamed, title, many, by, cost } = shownCompared(results.decision);
  const isShown = (id: (typeof SECTIONS)[number][0]) =>
    (id !== "runs" || isSweep(results)) &&
    (id !== "answers" || hasAnswers(results)) &&
    (id !== "use-it" || waysToUse(shown).length > 0);
  return (
    <Document
      {...stillPage(isNamed)}
      title={<title>{`${results.sweep.name}: ${inWords(claimsOn(results)[0]!)}`}</title>}
      of={results}
      nav={
        <nav aria-label="Sections">
          <ul>
            {SECTIONS.filter(([id]) => isShown(id)).map(([id, name]) => (
              <li key={id}>
                <a href={id === "ranks" ? `#${many}` : `#${id}`}>{id === "ranks" ? title : name}</a>
              </li>
            ))}
          </ul>
        </nav>
      }
      footer={`Made by LoRAnk from ${
        isSweep(results)
          ? counted(results.trials.length, "run")
          : `outcomes ${isNamed ? `by ${by}` : "of another trainer"}${cost === undefined ? ", which say nothing of costs" : ""}`
      }. This page loads nothing and sends nothing.`}
    >
      <ReportSections shown={shown} />
    </Document>
  );
}

const SECTIONS = [
  ["use-it", "Use it"],
  ["ranks", "Ranks"],
  ["quality", "Quality"],
  ["answers", "Answers"],
  ["runs", "Runs"],
  ["provenance", "Provenance"],
] as const;
