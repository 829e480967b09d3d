/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import {
  type Claim,
  inWords,
  isBehindPrior,
  kindInWords,
  onTopic,
  paragraph,
  type RankRow,
  rankToUse,
} from "@lorank/core/results";
import { claimsAt } from "../data/places.ts";
import { intervalsInWords, sureness } from "../data/sureness.ts";
import { Twin } from "../parts/data-table.tsx";
import type { Reported } from "../reported.ts";
import { Savings } from "./savings.tsx";

/** The first screen in plain words: which rank, how sure, what it saves, what to do next. The statistics are folded. */
export function Verdict(props: {
  readonly results: Reported;
  readonly rows: readonly RankRow[];
  readonly claims: readonly Claim[];
  /** What the page has to use the rank by, as an order; empty where it has nothing. */
  readonly use: string;
}) {
  const { results, rows, use } = props;
  const { decision } = results;
  const claims = claimsAt("verdict", props.claims);
  const [answer, ...reasons] = onTopic(claims, "verdict");
  const next = onTopic(claims, "next");
  const evidence = onTopic(claims, "evidence");
  return (
    <section
      id="verdict"
      class={`verdict ${answer?.kind === "enough" ? "proven" : decision.verdict}`}
      aria-labelledby="verdict-title"
    >
      <div class="answer">
        <div>
          <p class="kind">Verdict: {kindInWords(decision)}</p>
          <h1 id="verdict-title">{answer && inWords(answer)}</h1>
          {reasons.length > 0 && <p class="reason">{paragraph(reasons)}</p>}
        </div>
        <div class="sure">
          <h2>How sure</h2>
          <dl class="facts">
            {sureness(results).map((fact) => (
              <div key={fact.term}>
                <dt>{fact.term}</dt>
                <dd>{fact.value}</dd>
              </div>
            ))}
          </dl>
        </div>
      </div>
      {!isBehindPrior(decision) && !decision.copies && <Savings results={results} rows={rows} />}
      {(next.length > 0 || use) && (
        <p class="next">
          <strong>{next.some(isOpen) ? "What would settle it." : "What to do next."}</strong>{" "}
          {paragraph(next)}
          {use && (
            <>
              {" "}
              To use rank {rankToUse(decision)}, <a href="#use-it">{use}</a>.
            </>
          )}
        </p>
      )}
      {decision.ranks.length > 0 && (
        <Twin of="The statistics behind this">
          {evidence.length > 0 && <p class="lead">{paragraph(evidence)}</p>}
          <p class="lead">{intervalsInWords(results)}</p>
        </Twin>
      )}
    </section>
  );
}

function isOpen(claim: Claim): boolean {
  return claim.kind === "needed" && (claim.to === "settle" || claim.to === "at-least");
}
