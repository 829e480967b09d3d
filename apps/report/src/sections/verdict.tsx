/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { counted } from "@lorank/core";
import {
  type Claim,
  claimsOf,
  courseOf,
  inWords,
  kindInWords,
  limitsPage,
  type RankRow,
  rankToUse,
  tellsRanksApart,
} from "@lorank/evidence/results";
import { shownCompared } from "../compared.ts";
import { claimsAt } from "../data/places.ts";
import { integer, percent } from "../format.ts";
import { decisionMetric } from "../metric.ts";
import { Twin } from "../parts/data-table.tsx";
import { Section, Snippet } from "../parts/section.tsx";
import type { Reported } from "../reported.ts";
import { Savings } from "./savings.tsx";

/** Next step for the reader: a sentence, and a command if there is one. */
export interface ReportStep {
  readonly words: string;
  readonly command?: string;
}

/** First screen: which rank, how sure, what it saves, what next. The statistics are folded. */
export function Verdict(props: {
  readonly results: Reported;
  readonly rows: readonly RankRow[];
  readonly claims: readonly Claim[];
  readonly steps: readonly ReportStep[];
  /** Ways to use the rank, in the imperative; empty if none. */
  readonly use: string;
}) {
  const { results, rows, steps, use } = props;
  const { decision } = results;
  const claims = claimsAt("verdict", props.claims);
  const on = (topic: Claim["topic"]) => claims.filter((one) => one.topic === topic);
  const [answer, ...reasons] = on("verdict");
  const evidence = on("evidence");
  // Ranks no better than guessing, and copies, save nothing.
  const mayShowSavings = (decision.classPrior?.state ?? "better") === "better" && tellsRanksApart(decision);
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
          {reasons.length > 0 && <p class="reason">{inWords(reasons)}</p>}
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
      {mayShowSavings && <Savings results={results} rows={rows} />}
      {(steps.length > 0 || use) && (
        <div class="next">
          <p>
            <strong>{steps.length > 1 ? "What to do next, in this order." : "What to do next."}</strong>
          </p>
          {steps.length > 0 && (
            <ol>
              {steps.map(({ words, command }) => (
                <li key={words}>
                  {words}
                  {command && <Snippet what="the command of this step" text={command} />}
                </li>
              ))}
            </ol>
          )}
          {use && (
            <p>
              To use {shownCompared(decision).name(rankToUse(decision)!)}, <a href="#use-it">{use}</a>.
            </p>
          )}
        </div>
      )}
      {decision.ranks.length > 0 && (
        <Twin of="The statistics behind this">
          {evidence.length > 0 && <p class="lead">{inWords(evidence)}</p>}
          <p class="lead">
            {intervalsInWords(results)} <a href={limitsPage}>What no verdict can know</a>.
          </p>
        </Twin>
      )}
    </section>
  );
}

/** Facts behind the verdict: confidence, margin, seeds, examples, runs. */
export function sureness(results: Reported): readonly { readonly term: string; readonly value: string }[] {
  const { decision } = results;
  const metric = decisionMetric(results);
  const { part } = courseOf(decision);
  return [
    { term: "Confidence", value: percent(decision.confidence) },
    {
      term: "Accepted loss (margin)",
      value: `${metric.margin(decision.margin)}${metric.ofTitle}`,
    },
    { term: "Paired seeds", value: integer(decision.seeds) },
    { term: "Validation examples", value: examplesInWords(decision) },
    ...(part
      ? [{ term: "Runs", value: `${integer(part.runs)} of the grid's ${integer(part.gridRuns)}` }]
      : []),
  ];
}

function examplesInWords({ examples, groups }: Reported["decision"]): string {
  if (examples === 0) return "unknown";
  return groups ? `${integer(examples)} in ${integer(groups.count)} groups` : integer(examples);
}

export function intervalsInWords(results: Reported): string {
  const { confidence, seeds, examples } = results.decision;
  const { one, many } = shownCompared(results.decision);
  const sample = `${counted(seeds, "seed")} and ${counted(examples, "validation example")}`;
  const onExample = results.decision.runScores ? "" : " on the same example";
  const { sharing } = courseOf(results.decision);
  const shared = sharing === "" ? "" : ` ${sharing}`;
  const basis = claimsOf(results.decision).find(({ topic }) => topic === "basis");
  const both = results.decision.runScores
    ? inWords(basis!)
    : seeds === 1
      ? `The intervals count the choice of ${counted(examples, "validation example")} as chance; with one seed they cannot count the chance of training.`
      : `The ${sample} are both samples: others would have given other numbers. The intervals count both kinds of chance, from the variance between seeds, between examples and between single outcomes; nothing is resampled.`;
  return `${both} The interval under a mean is of that ${one} by itself, at ${percent(confidence)}. Differences are taken between runs of the same seed${onExample}, and their intervals hold for all pairs of ${many} at once. The bound on how much better any other ${one} may be is one-sided and shares the remaining ${percent(1 - confidence)} between the ${many}.${shared}`;
}

/** Cautions about the results, shown before the numbers, if any. */
export function Notices(props: { readonly claims: readonly Claim[] }) {
  const notices = claimsAt("notices", props.claims).map(inWords);
  if (notices.length === 0) return null;
  return (
    <Section id="notices" title="Read this first">
      <ul class="notices">
        {notices.map((notice) => (
          <li key={notice}>{notice}</li>
        ))}
      </ul>
    </Section>
  );
}
