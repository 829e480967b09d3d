import {
  type OutcomeTable,
  outcomesFromTrials,
  planProbe,
  probeSoFar,
  type RaceState,
  raceSoFar,
} from "@lorank/evidence";
import {
  type CheckTrials,
  canonicalJson,
  type FailedTrial,
  type MethodName,
  type SpecMembers,
  type TrialResult,
  type TrialSpec,
} from "@lorank/evidence/results";
import { trialId } from "@lorank/train/spec";
import { checkTrials, extraTrials } from "../plan/checks.ts";
import type { Plan } from "../plan/plan.ts";
import { type FailedTrials, readFailedTrials } from "../store/failed-trials.ts";
import type { SweepStore } from "../store/store.ts";
import { subjectOf } from "../trainers/subject.ts";

/** The trials that a sweep must have by now, in the order of execution. */
export interface RequiredTrials extends CheckTrials {
  readonly trials: readonly TrialSpec[];
  readonly truncations: readonly RequiredTruncation[];
}

/** A finished trial whose adapter is to be cut to `ranks`. */
export interface RequiredTruncation {
  readonly trialId: string;
  readonly ranks: readonly number[];
}

/**
 * Chooses the trials of a plan. A method has no state but the results folder. It is called again whenever all that it
 * required is there, until it requires no more. So a sweep that is killed and resumed comes to the same trials.
 */
export interface Method {
  required(store: SweepStore): RequiredTrials;
  /** Number of trials in the end; of a method that may end early, the most. */
  readonly expectedTrials: number;
  /**
   * Trials that a decision may rest on before the method has all of them; undefined before there are any. `state` is
   * the same object until there are more. Absent where claims hold at the end alone.
   */
  readonly soFar?: (
    store: SweepStore,
  ) => { readonly state: object; readonly required: RequiredTrials } | undefined;
}

/** Trials by method. Its decisions are a row of `core/src/decide/methods.ts`. */
const methods: Readonly<Record<MethodName, (plan: Plan) => Method>> = { grid, probe, race };

export function methodOf(plan: Plan): Method {
  return withChecks(methods[plan.config.method ?? "grid"](plan), plan);
}

/** Trials that a sweep will have run in the end: their number (the most, of a method that may end early), and those of checks. */
export function plannedTrials(plan: Plan): { expected: number; ofChecks: readonly TrialSpec[] } {
  return { expected: methodOf(plan).expectedTrials, ofChecks: extraTrials(plan) };
}

/**
 * The evaluation of the base without an adapter, as a cut to rank 0: of the first trial, or the one that is there. Undefined
 * where a head is trained, and for another trainer.
 */
export function untouchedBase(store: SweepStore, { specs }: Plan): RequiredTruncation | undefined {
  const { task }: SpecMembers = specs[0]!;
  if (task?.kind !== "causal-lm") return undefined;
  const ids = specs.map(trialId);
  return { trialId: ids.find((id) => store.hasTruncation(id, 0)) ?? ids[0]!, ranks: [0] };
}

/** Adds the trials of the plan's checks to a method that has all its own. */
function withChecks(method: Method, plan: Plan): Method {
  const { config } = plan;
  return {
    ...method,
    expectedTrials: method.expectedTrials + extraTrials(plan).length,
    required: (store) => {
      const required = method.required(store);
      // While trials are missing the method may yet require more of them.
      if (!isComplete(store, required.trials)) return required;
      const hasSpec = (spec: TrialSpec): boolean => store.hasSpec(trialId(spec));
      const failed = failuresOf(store, required.trials).map(({ rank }) => rank);
      const trained = required.trials.filter(({ lora }) => !failed.includes(lora.rank));
      return { ...required, ...checkTrials(config, compared(trained), hasSpec) };
    },
  };
}

/** Trials of the ranks that ran under most seeds: a rank that a method dropped early is no part of the answer. */
function compared(trials: readonly TrialSpec[]): TrialSpec[] {
  const runs = (rank: number): number => trials.filter(({ lora }) => lora.rank === rank).length;
  const most = Math.max(...trials.map(({ lora }) => runs(lora.rank)));
  return trials.filter(({ lora }) => runs(lora.rank) === most);
}

/** True when every trial has a result, or failed with all runs of its rank. */
export function isComplete(store: SweepStore, specs: readonly TrialSpec[]): boolean {
  return missingTrials(store, specs).length === 0;
}

/** Ids of the trials that are still to be run. */
export function missingTrials(store: SweepStore, specs: readonly TrialSpec[]): string[] {
  const failed = readFailedTrials(store.out);
  return specs.map(trialId).filter((id) => !store.isDone(id) && !failed.has(id));
}

/** Those of the trials that failed with all runs of their rank, by rank and then seed. */
export function failuresOf(
  store: SweepStore,
  specs: readonly TrialSpec[],
  failed: FailedTrials = readFailedTrials(store.out),
): FailedTrial[] {
  return specs
    .flatMap((spec) => {
      const why = failed.get(trialId(spec));
      const { seed, lora } = spec;
      return why === undefined || store.isDone(trialId(spec)) ? [] : [{ rank: lora.rank, seed, ...why }];
    })
    .sort((a, b) => a.rank - b.rank || a.seed - b.seed);
}

/** Results of the trials that have one, in the order of `specs`. */
export function resultsOf(store: SweepStore, specs: readonly TrialSpec[]): TrialResult[] {
  return specs
    .map(trialId)
    .filter((id) => store.isDone(id))
    .map((id) => store.readResult(id));
}

/** Outcomes of the trials that have a result, in groups where the examples are. */
export function outcomesOf(store: SweepStore, plan: Plan, specs: readonly TrialSpec[]): OutcomeTable {
  const { validationGroups } = subjectOf(plan, store).data;
  return outcomesFromTrials(resultsOf(store, specs), validationGroups, failuresOf(store, specs));
}

/** Every rank under every seed. */
export function grid({ specs }: Plan): Method {
  return { required: () => ({ trials: specs, truncations: [] }), expectedTrials: specs.length };
}

/**
 * The largest rank, its adapters cut to every smaller one, then the rank that looks adequate, under the same seeds.
 * That is a smaller one where a pilot of it keeps up, and a larger one after it where that is refuted.
 */
export function probe(plan: Plan): Method {
  const { ranks, seeds, confidence } = plan.summary;
  const { fromRank, smaller, probeSeeds, confirmationSeeds } = planProbe(ranks, seeds, confidence);
  const specsOf = (rank: number, under: readonly number[]) =>
    plan.specs.filter(({ lora, seed }) => lora.rank === rank && under.includes(seed));

  function cutOf(store: SweepStore): RequiredTruncation[] {
    return resultsOf(store, specsOf(fromRank, probeSeeds)).flatMap(({ trialId, status }) =>
      status === "completed" ? [{ trialId, ranks: smaller }] : [],
    );
  }

  return {
    expectedTrials: 2 * confirmationSeeds.length,
    required: (store): RequiredTrials => {
      let trials = specsOf(fromRank, confirmationSeeds);
      if (!isComplete(store, trials)) return { trials, truncations: [] };
      const truncations = cutOf(store);
      if (truncations.some((one) => missingRanks(store, one).length > 0)) return { trials, truncations };
      const cut = truncations.flatMap((one) =>
        one.ranks.map((rank) => store.readTruncation(one.trialId, rank)),
      );
      for (;;) {
        const { next } = probeSoFar(outcomesOf(store, plan, trials), cut, plan.summary);
        if (next === undefined) return { trials, truncations };
        const added = specsOf(next.rank, next.seeds).filter((spec) => !trials.includes(spec));
        trials = [...trials, ...added];
        if (!isComplete(store, trials)) return { trials, truncations };
      }
    },
  };
}

/** Blocks of seeds: after each, ranks that are settled drop out, and the race ends when its verdict is settled or hopeless. */
export function race(plan: Plan): Method {
  return {
    expectedTrials: plan.specs.length,
    required: (store) => {
      const { trials, next } = replayRace(store, plan);
      return { trials: [...trials, ...next], truncations: [] };
    },
    // Its claims share the error of all looks, so they hold however often they are read.
    soFar: (store) => {
      const { trials, state } = replayRace(store, plan);
      return state.looks.length === 0 ? undefined : { state, required: { trials, truncations: [] } };
    },
  };
}

/** A race after its last look. */
interface RaceReplay {
  /** Its state: the same object until a block more is there. */
  readonly state: RaceState;
  /** Trials of the blocks that are there, in the order of execution. */
  readonly trials: readonly TrialSpec[];
  /** Those that are to be run next and of which one at least has no result; none where the race has stopped. */
  readonly next: readonly TrialSpec[];
}

/** The last replay on each store, and what it follows from beside results. What a store has seen of those never changes. */
const replays = new WeakMap<SweepStore, RaceReplay & { readonly basis: string }>();

/** Replays a race from what its results folder holds. On the same store, the looks of an earlier replay are not made again. */
export function replayRace(store: SweepStore, plan: Plan): RaceReplay {
  const failed = [...readFailedTrials(store.out).keys()];
  const basis = canonicalJson({ config: plan.config, failed });
  const last = replays.get(store);
  let replay: RaceReplay = last?.basis === basis ? last : afterBlocks(store, plan, []);
  while (replay.next.length > 0 && isComplete(store, replay.next))
    replay = afterBlocks(store, plan, [...replay.trials, ...replay.next], replay.state);
  replays.set(store, { ...replay, basis });
  return replay;
}

function afterBlocks(
  store: SweepStore,
  plan: Plan,
  trials: readonly TrialSpec[],
  earlier?: RaceState,
): RaceReplay {
  const { summary, specs } = plan;
  const state = raceSoFar(outcomesOf(store, plan, trials), summary, earlier);
  const { next } = state;
  if (next.kind === "stop") return { state, trials, next: [] };
  const there = new Set(trials.map(({ lora, seed }) => `${lora.rank} ${seed}`));
  return {
    state,
    trials,
    next: specs.filter(
      ({ lora, seed }) =>
        next.ranks.includes(lora.rank) && next.seeds.includes(seed) && !there.has(`${lora.rank} ${seed}`),
    ),
  };
}

/** Ranks without an evaluation yet. */
export function missingRanks(store: SweepStore, { trialId, ranks }: RequiredTruncation): number[] {
  return ranks.filter((rank) => !store.hasTruncation(trialId, rank));
}
