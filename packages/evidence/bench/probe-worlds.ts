import { type OutcomeCell, type OutcomeTable, outcomeTable, partOf } from "../src/decide/outcomes.ts";
import { type SimulatedWorld, simulateOutcomes } from "../src/decide/simulate.ts";
import { decideProbe } from "../src/methods/probe/decide.ts";
import { planProbe } from "../src/methods/probe/probe.ts";
import { type ProbeOptions, probeSoFar } from "../src/methods/probe/so-far.ts";
import type { Decision, Truncation } from "../src/schema/types.ts";
import { explained } from "../src/words/in-words.ts";

/** What truncating does in a simulated world. */
export interface TruncationWorld {
  /**
   * Share of the examples on which a truncated adapter does what a direct run of its rank would do under a seed of its
   * own; on the others it does what the run does that it is cut from.
   */
  readonly likeDirect: number;
  /** Share of the examples that a truncated adapter gets wrong though the whole run has them right, by rank from the smallest. */
  readonly lost: readonly number[];
}

/** Seeds of a sweep whose direct runs stand in for truncations. */
const cutSeeds = 3;

/**
 * A sweep in a world, and what truncating the largest rank's runs under its first seeds would have shown: on a share of
 * the examples the outcome of a direct run, on the others that of the run which was cut, less what truncation loses. What a
 * rank makes of an example is the same in truncations and in direct runs, so the choice of a rank is tempted by the very
 * examples that the confirmation then judges it by.
 */
export function simulateProbe(
  world: SimulatedWorld,
  { likeDirect, lost }: TruncationWorld,
  seed: number,
): { readonly outcomes: OutcomeTable; readonly truncations: Truncation[] } {
  const drawn = simulateOutcomes({ ...world, seeds: world.seeds + cutSeeds }, seed);
  const seeds = drawn.seeds.slice(0, world.seeds);
  const outcomes = partOf(drawn, drawn.ranks, seeds);
  const largest = Math.max(...world.ranks);
  const cellOf = (rank: number, s: number) => drawn.cells.find((one) => one.rank === rank && one.seed === s)!;
  const truncations = world.ranks
    .filter((rank) => rank < largest)
    .flatMap((rank, i) =>
      seeds.slice(0, cutSeeds).map((s): Truncation => {
        const direct = cellOf(rank, world.seeds + s);
        const correct = mixed(direct, cellOf(largest, s), likeDirect, lost[i] ?? 0);
        const logLosses = correct.map((right) => (right === 1 ? 0.1 : 1.5));
        const accuracy = mean(correct);
        return {
          trialId: "",
          seed: s,
          rank,
          evaluation: { accuracy, logLoss: mean(logLosses), correct, logLosses },
        };
      }),
    );
  return { outcomes, truncations };
}

/**
 * A probe run to its end, as the engine does it: it sees the runs that it has asked for and no others. `trained` are those, in
 * order, as rank and number of seeds.
 */
export function runProbe(
  outcomes: OutcomeTable,
  truncations: readonly Truncation[],
  asked: ProbeOptions & { readonly confidence: number },
): { readonly decision: Decision; readonly trained: readonly (readonly [rank: number, seeds: number])[] } {
  const { fromRank, probeSeeds, confirmationSeeds } = planProbe(asked.ranks, asked.seeds, asked.confidence);
  const cut = truncations.filter(({ seed }) => probeSeeds.includes(seed));
  const steps: { rank: number; seeds: readonly number[] }[] = [{ rank: fromRank, seeds: confirmationSeeds }];
  const wasAsked = ({ rank, seed }: { rank: number; seed: number }): boolean =>
    steps.some((step) => step.rank === rank && step.seeds.includes(seed));
  for (;;) {
    const failures = outcomes.failures.filter(({ status }) => status !== "missing").filter(wasAsked);
    const seen = outcomeTable(outcomes.cells.filter(wasAsked), failures, outcomes.examples);
    const { next } = probeSoFar(seen, cut, asked);
    if (next === undefined) {
      const trained = steps.map(({ rank, seeds }) => [rank, seeds.length] as const);
      return { decision: explained(decideProbe(seen, cut, asked)), trained };
    }
    steps.push(next);
  }
}

/** Examples are exchangeable, so their places decide what becomes of them: evenly spread by the golden ratio. */
function mixed(direct: OutcomeCell, whole: OutcomeCell, likeDirect: number, lost: number): number[] {
  return Array.from({ length: direct.correct.length }, (_, e) => {
    const place = (e * 0.6180339887) % 1;
    const right = place < likeDirect ? direct.correct[e]! : whole.correct[e]!;
    return (e * 0.7548776662) % 1 < lost ? 0 : right;
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
