import { outcomesFromTrials, raceLooks, raceSoFar } from "@lorank/core/decide";
import { expect, test } from "vitest";
import { resultsOf } from "../../src/methods/done.ts";
import { race, replayRace } from "../../src/methods/race.ts";
import { SweepStore } from "../../src/store/store.ts";
import { examplePlan, temporaryFolder } from "../helpers/example.ts";
import { finishTrials } from "../helpers/finished.ts";

const seeds = Array.from({ length: 10 }, (_, i) => i);
const plan = examplePlan({ ranks: [2, 4, 8], seeds, method: "race" });

test("wants the first block of seeds of every rank, then what the looks leave in play, until the race stops", async () => {
  const store = new SweepStore(temporaryFolder());
  const method = race(plan);
  let wanted = method.wanted(store);
  expect(wanted.trials).toHaveLength(3 * raceLooks(10)[0]!.seeds);
  const blocks = [wanted.trials.length];
  for (;;) {
    const open = wanted.trials.filter((spec) => resultsOf(store, [spec]).length === 0);
    if (open.length === 0) break;
    await finishTrials(store, open);
    wanted = method.wanted(store);
    blocks.push(wanted.trials.length);
    // The trials so far stay, so that a resumed race finds them.
    expect(race(plan).wanted(new SweepStore(store.out))).toEqual(wanted);
  }
  const { next } = raceSoFar(outcomesFromTrials(resultsOf(store, wanted.trials)), plan.summary);
  expect(next.kind).toBe("stop");
  expect(blocks).toEqual(blocks.toSorted((a, b) => a - b));
  expect(new Set(wanted.trials).size).toBe(wanted.trials.length);
  expect(wanted.truncations).toEqual([]);
});

test("a replay on the same store makes a look once, and makes it anew where the plan is another", async () => {
  const store = new SweepStore(temporaryFolder());
  const first = 3 * raceLooks(10)[0]!.seeds;
  const before = replayRace(store, plan).state;
  const [early, last] = [plan.specs.slice(0, first - 1), plan.specs[first - 1]!];
  await finishTrials(store, early);
  expect(replayRace(store, plan).state).toBe(before);
  await finishTrials(store, [last]);
  const { state } = replayRace(store, plan);
  expect(state.looks).toHaveLength(1);
  expect(replayRace(store, examplePlan(plan.config)).state).toBe(state);
  expect(replayRace(store, examplePlan({ ...plan.config, margin: 0.5 })).state.looks).not.toEqual(
    state.looks,
  );
});
