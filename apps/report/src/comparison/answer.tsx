/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { counted } from "@lorank/core";
import type { Comparison } from "@lorank/evidence/compare";
import { integer, percent } from "../format.ts";
import { type ComparisonProps, shownWords, unbroken } from "./shown-comparison.ts";

/** First screen: whether the results differ, how sure, on what, and what would settle it. */
export function Answer({ shown: { comparison, words, metric, notes = [] } }: ComparisonProps) {
  const { result, confidence, margin, copies } = comparison;
  const facts = [
    ["Confidence", percent(confidence)],
    ["Margin", `${metric.margin(margin)}${metric.ofTitle}`],
    ["Runs", runsInWords(comparison)],
    ["Examples", examplesInWords(comparison)],
  ] as const;
  const isShown = !copies && result !== "open";
  return (
    <section
      id="answer"
      class={isShown ? "verdict proven" : "verdict inconclusive"}
      aria-labelledby="answer-title"
    >
      <div class="answer">
        <div>
          <p class="kind">Comparison: {copies ? "copies" : shownWords[result]}</p>
          <h1 id="answer-title">{unbroken(words.answer)}</h1>
          {words.basis && <p class="reason">{words.basis}</p>}
        </div>
        <div class="sure">
          <h2>How sure</h2>
          <dl class="facts">
            {facts.map(([term, value]) => (
              <div key={term}>
                <dt>{term}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </div>
      </div>
      {words.settles && (
        <div class="next">
          <p>
            <strong>What would settle it.</strong> {unbroken(words.settles)}
          </p>
        </div>
      )}
      {notes.length > 0 && (
        <ul class="notices">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
    </section>
  );
}

function runsInWords({ seeds, first, second }: Comparison): string {
  return seeds.are === "paired"
    ? `${counted(seeds.count, "paired seed")}`
    : `${integer(first.runs)} and ${integer(second.runs)}, not paired`;
}

function examplesInWords({ examples: { count, are } }: Comparison): string {
  if (count === undefined) return "unknown";
  return `${integer(count)}, ${{ paired: "paired one by one", shared: "shared", separate: "separate samples" }[are]}`;
}
