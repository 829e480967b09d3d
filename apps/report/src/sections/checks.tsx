/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import {
  inWords,
  type RankConvergence,
  type Robustness,
  type RobustnessRate,
  type RobustnessRun,
} from "@lorank/evidence/results";
import { shownCompared } from "../compared.ts";
import { claimsAt } from "../data/places.ts";
import { mostRows, ranksLeftOut, selectRanks, whereAll } from "../data/selected.ts";
import { fixed, NONE, percent, significant } from "../format.ts";
import { decisionMetric, type ShownMetric } from "../metric.ts";
import { DataTable, differenceCell, numberCell, Twin } from "../parts/data-table.tsx";
import { LeftOut } from "../parts/left-out.tsx";
import { Section } from "../parts/section.tsx";
import type { Reported, SectionProps } from "../reported.ts";

/** Check findings that have a section; other checks' claims stand in the verdict or the notices. */
export function Checks(props: SectionProps) {
  return [<RobustnessSection key="robustness" {...props} />, <Convergence key="convergence" {...props} />];
}

/** Convergence by rank: ranks compared too early are compared by speed. */
function Convergence(props: { readonly results: Reported }) {
  const { decision } = props.results;
  const { convergence = [], classPrior } = decision;
  if (convergence.length === 0) return null;
  const listed = selectRanks(convergence, decision, mostRows);
  const compared = shownCompared(decision);
  const { one: arm, many, head, cell } = compared;
  const isShort = convergence.some(({ state }) => state === "falling" || state === "stuck");
  // Notices tell about short training, the verdict about ranks that learned nothing.
  const lead =
    isShort || (classPrior?.state ?? "better") !== "better"
      ? `The training loss of each ${arm} when its budget ended, and whether twice the budget would lower it.`
      : `No ${arm} was surely short of training when its budget ended.`;
  return (
    <Section id="convergence" title={`Had the ${many} converged?`} lead={lead}>
      <Twin of={`Each ${arm} in numbers`}>
        <DataTable
          caption="Training loss at the end, in nats, and whether twice the budget would lower it"
          columns={[
            { head, words: true },
            { head: "State", words: true },
            { head: "Loss at the end", unit: "nats" },
            { head: "Passes" },
            { head: "Seeds" },
          ]}
          rows={listed.map((one) => ({
            key: one.rank,
            strong: one.rank === decision.rank,
            cells: [
              cell(one.rank),
              stateInWords(one),
              numberCell(one.trainLoss, (loss) => fixed(loss, 3)),
              numberCell(one.epochs, significant),
              String(one.seeds),
            ],
          }))}
        />
        <p class="fine">
          The state is read off the later half of the training loss, as a mean over the seeds. A fall of less
          than {significant(convergence[0]!.threshold)} nats by twice the budget counts as none.
        </p>
        <LeftOut words={[ranksLeftOut(convergence, listed, compared)]} where={whereAll(props.results)} />
      </Twin>
    </Section>
  );
}

/** Smallest and largest rank at other settings: does the rank decide, or the learning rate or the scaling? */
function RobustnessSection(props: SectionProps) {
  const { robustness, confidence } = props.results.decision;
  if (!robustness) return null;
  const metric = decisionMetric(props.results);
  const claims = claimsAt("robustness", props.claims);
  const { smallestRank, largestRank, seed } = robustness;
  return (
    <Section
      id="robustness"
      title="Does the rank decide, or the learning rate?"
      lead={inWords(claims) || "The smallest and the largest rank, each at the same learning rates."}
    >
      <Twin of="Each rate in numbers">
        <DataTable
          caption={`${metric.title} of ranks ${smallestRank} and ${largestRank} by learning rate`}
          columns={[
            { head: "Rate", words: true },
            { head: "Learning rate" },
            { head: `Rank ${smallestRank}` },
            { head: `Rank ${largestRank}` },
            {
              head: `Advantage of rank ${largestRank}`,
              under: `${metric.units}, ${percent(confidence)} interval`,
            },
            { head: "Known to be better", words: true },
          ]}
          rows={rowsOf(robustness).map(([name, rate]) => ({
            key: name,
            cells: [
              name,
              numberCell(rate.largest.learningRate, significant),
              runInWords(rate.smallest, metric),
              runInWords(rate.largest, metric),
              differenceCell(metric, rate.advantage, rate.interval),
              betterInWords(rate, robustness),
            ],
          }))}
        />
        <p class="fine">
          The sweep's own rate over all of its seeds; the others with seed {seed} alone, their intervals with
          the noise between seeds that the sweep had.
        </p>
      </Twin>
    </Section>
  );
}

/**
 * Robustness rows: learning rates by name, then rsLoRA's scaling if tried, which at the smallest rank is the sweep's.
 */
function rowsOf({ rates, scaling }: Robustness): [name: string, RobustnessRate][] {
  const rows = rates.map((rate): [string, RobustnessRate] => [factorInWords(rate.factor), rate]);
  if (scaling === undefined) return rows;
  const { rslora, ...rest } = scaling;
  return [...rows, ["the sweep's, rsLoRA's scaling", { ...rest, factor: 1, largest: rslora }]];
}

/**
 * Learning rate factor in words: `1/3 ×`, `the sweep's`, `3 ×`. Rates come from divisions: a third is only near 1/3.
 */
export function factorInWords(factor: number): string {
  if (factor === 1) return "the sweep's";
  if (Math.abs(3 * factor - 1) < 1e-4) return "1/3 ×";
  return `${significant(factor)} ×`;
}

/** Run's quality in words, or how it failed. */
export function runInWords({ status, quality }: RobustnessRun, metric: ShownMetric): string {
  const score = quality === undefined ? NONE : metric.value(quality);
  switch (status) {
    case "learned":
      return score;
    case "collapsed":
      return quality === undefined ? "learned nothing" : `${score}, learned nothing`;
    case "diverged":
      return "diverged";
    case "out-of-memory":
      return "ran out of memory";
  }
}

/** Rank known to be better at a learning rate, in words, if any. */
export function betterInWords({ better }: RobustnessRate, { smallestRank, largestRank }: Robustness): string {
  if (better === undefined) return "not known";
  return `rank ${better === "smallest" ? smallestRank : largestRank}`;
}

export function stateInWords({ state, rose }: Pick<RankConvergence, "state" | "rose">): string {
  switch (state) {
    case "falling":
      return "still falling";
    case "converged":
      return "converged";
    case "memorising":
      return "memorising: not short of training";
    case "stuck":
      return rose ? "stuck: the learning rate is too high" : "stuck: learned next to nothing";
    case "unclear":
      return "unclear: hidden by noise";
  }
}
