import { outcomesFromTrials, type RaceState, raceSoFar } from "@lorank/core/decide";
import { canonicalJson, type TrialSpec } from "@lorank/core/results";
import type { Plan } from "../plan/plan.ts";
import type { SweepStore } from "../store/store.ts";
import { isComplete, resultsOf } from "./done.ts";
import type { Method } from "./method.ts";

/** Blocks of seeds: after each, ranks that are settled drop out, and the race ends when its verdict is settled or hopeless. */
export function race(plan: Plan): Method {
  return {
    expectedTrials: plan.specs.length,
    wanted: (store) => {
      const { trials, next } = replayRace(store, plan);
      return { trials: [...trials, ...next], truncations: [] };
    },
    // Its claims share the error of all looks, so they hold however often they are read.
    soFar: (store) => {
      const { trials, state } = replayRace(store, plan);
      return state.looks.length === 0 ? undefined : { state, wanted: { trials, truncations: [] } };
    },
  };
}

/** A race after its last look. */
export interface RaceReplay {
  /** Where it stands: the same object until a block more is there. */
  readonly state: RaceState;
  /** Trials of the blocks that are there, in the order of execution. */
  readonly trials: readonly TrialSpec[];
  /** Those that are to be run next and of which one at least has no result; none where the race has stopped. */
  readonly next: readonly TrialSpec[];
}

/** The last replay on each store. What it says follows from results, and what a store has seen of those never changes. */
const replays = new WeakMap<SweepStore, RaceReplay & { readonly config: string }>();

/** Replays a race from what its results folder holds. On the same store, the looks of an earlier replay are not made again. */
export function replayRace(store: SweepStore, plan: Plan): RaceReplay {
  const config = canonicalJson(plan.config);
  const last = replays.get(store);
  let replay: RaceReplay = last?.config === config ? last : afterBlocks(store, plan, []);
  while (replay.next.length > 0 && isComplete(store, replay.next))
    replay = afterBlocks(store, plan, [...replay.trials, ...replay.next], replay.state);
  replays.set(store, { ...replay, config });
  return replay;
}

function afterBlocks(
  store: SweepStore,
  { summary, specs }: Plan,
  trials: readonly TrialSpec[],
  earlier?: RaceState,
): RaceReplay {
  const state = raceSoFar(outcomesFromTrials(resultsOf(store, trials)), summary, earlier);
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
