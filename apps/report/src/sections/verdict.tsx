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
} from "@lorank/core/results";
import { claimsAt } from "../data/places.ts";
import { sureness } from "../data/sureness.ts";
import type { Reported } from "../reported.ts";
import { Savings } from "./savings.tsx";

/** The first screen: which rank, how sure, what it saves, and what would settle an open question. */
export function Verdict(props: {
  readonly results: Reported;
  readonly rows: readonly RankRow[];
  readonly claims: readonly Claim[];
}) {
  const { results, rows } = props;
  const { decision } = results;
  const claims = claimsAt("verdict", props.claims);
  const [answer, ...reasons] = onTopic(claims, "verdict");
  const next = onTopic(claims, "next");
  const evidence = onTopic(claims, "evidence");
  return (
    <section id="verdict" class={`verdict ${decision.verdict}`} aria-labelledby="verdict-title">
      <div class="answer">
        <div>
          <p class="kind">Verdict: {kindInWords(decision)}</p>
          <h1 id="verdict-title">{answer && inWords(answer)}</h1>
          {reasons.length > 0 && <p class="reason">{paragraph(reasons)}</p>}
        </div>
        <dl class="facts">
          {sureness(results).map((fact) => (
            <div key={fact.term}>
              <dt>{fact.term}</dt>
              <dd>{fact.value}</dd>
            </div>
          ))}
        </dl>
      </div>
      {next.length > 0 && (
        <p class="next">
          <strong>{next.some(isOpen) ? "What would settle it." : "What to do next."}</strong>{" "}
          {paragraph(next)}
        </p>
      )}
      {!isBehindPrior(decision) && <Savings results={results} rows={rows} />}
      {evidence.length > 0 && <p class="evidence">{paragraph(evidence)}</p>}
    </section>
  );
}

function isOpen(claim: Claim): boolean {
  return claim.kind === "needed" && (claim.to === "settle" || claim.to === "at-least");
}
