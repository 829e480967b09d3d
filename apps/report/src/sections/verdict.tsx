/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { isBehindPrior, type Results } from "@lorank/core/results";
import type { RankRow } from "../data/rank-rows.ts";
import { savings } from "../data/savings.ts";
import { stepSizeInWords } from "../data/step-size.ts";
import { decisionMetric, meanAndInterval } from "../metric.ts";
import { sureness, verdictWords } from "../words.ts";

/** The first screen: which rank, how sure, what it saves, and what would settle an open question. */
export function Verdict(props: { readonly results: Results; readonly rows: readonly RankRow[] }) {
  const { results, rows } = props;
  const words = verdictWords(results);
  const { decision } = results;
  const stepSize = stepSizeInWords(results.trials);
  return (
    <section id="verdict" class={`verdict ${decision.verdict}`} aria-labelledby="verdict-title">
      <div class="answer">
        <div>
          <p class="kind">Verdict: {words.kind}</p>
          <h1 id="verdict-title">{words.headline}</h1>
          <p class="reason">{words.reason}</p>
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
      {words.next && (
        <p class="next">
          <strong>
            {decision.verdict === "inconclusive" && decision.fault === undefined
              ? "What would settle it."
              : "What to do next."}
          </strong>{" "}
          {words.next}
        </p>
      )}
      {stepSize && (
        <p class="caution">
          <strong>{stepSize.label}</strong> {stepSize.text}
        </p>
      )}
      {!isBehindPrior(decision) && <Savings results={results} rows={rows} />}
      <p class="explanation">{decision.explanation}</p>
    </section>
  );
}

/** The recommended rank against the largest; without a recommendation, what the smallest would save. */
function Savings(props: { readonly results: Results; readonly rows: readonly RankRow[] }) {
  const { results, rows } = props;
  const { rank } = results.decision;
  const withTrials = rows.filter((row) => row.cost);
  const row = rank === null ? smallestInPlay(withTrials) : rows.find((candidate) => candidate.rank === rank);
  const largest = withTrials.at(-1);
  if (!row || !largest) return null;
  const list = savings(rows, row);
  const metric = decisionMetric(results);
  const score = meanAndInterval(row.summary, metric);
  return (
    <div class="savings">
      <h2>
        {list.length === 0
          ? `Rank ${row.rank} is the largest tried: it saves nothing`
          : rank === null
            ? `At stake: rank ${row.rank} against rank ${largest.rank}`
            : `Rank ${row.rank} against rank ${largest.rank}, the largest tried`}
      </h2>
      <ul>
        {list.map((saving) => (
          <li key={saving.what}>
            <strong>{saving.ratio}</strong>
            <span>{saving.what}</span>
            <small>{saving.detail}</small>
          </li>
        ))}
        {score && (
          <li>
            <strong>{metric.value(score.mean)}</strong>
            <span>
              {metric.title.toLowerCase()} at rank {row.rank}
            </span>
            <small>{metric.interval(score.interval)}</small>
          </li>
        )}
      </ul>
    </div>
  );
}

/** The smallest rank that the best one is not shown to beat. */
function smallestInPlay(rows: readonly RankRow[]): RankRow | undefined {
  return rows.find(
    ({ summary }) => summary && summary.differenceInterval[0] <= 0 && summary.differenceInterval[1] >= 0,
  );
}
