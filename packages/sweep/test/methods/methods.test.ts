import { outcomesFromTrials } from "@lorank/evidence/methods";
import { describe, expect, test } from "vitest";
import { raceSoFar } from "../../../evidence/src/methods/race/so-far.ts";
import { isComplete, methodOf, missingRanks, plannedTrials, resultsOf } from "../../src/methods/methods.ts";
import { SweepStore } from "../../src/store/store.ts";
import { examplePlan, temporaryFolder } from "../helpers/example.ts";
import { misbehaving } from "../helpers/fake-trainer.ts";
import { cut, finishTrials } from "../helpers/finished.ts";

describe("methodOf", () => {
  const grid = { ranks: [2, 4, 8], seeds: [0, 1, 2, 3, 4] };

  test("a plan without a method is a grid; the others begin with fewer trials", () => {
    const store = new SweepStore(temporaryFolder());
    const first = (method?: "probe" | "race") =>
      methodOf(examplePlan({ ...grid, ...(method ? { method } : {}) }))
        .required(store)
        .trials.map(({ lora, seed }) => `${lora.rank}/${seed}`);
    expect(first()).toHaveLength(15);
    expect(first("probe").every((name) => name.startsWith("8/"))).toBe(true);
    expect(first("race").length).toBeLessThan(15);
    expect(new Set(first("race").map((name) => name.split("/")[0]))).toEqual(new Set(["2", "4", "8"]));
  });

  test("expects of a probe two ranks' trials, of a race at most the grid's", () => {
    expect(plannedTrials(examplePlan(grid)).expected).toBe(15);
    expect(plannedTrials(examplePlan({ ...grid, method: "race" })).expected).toBe(15);
    const probe = plannedTrials(examplePlan({ ...grid, method: "probe" })).expected;
    expect(probe).toBe(2 * 4);
  });
});

describe("isComplete and resultsOf", () => {
  test("knows which trials have a result, and gives those in the order of the trials", async () => {
    const store = new SweepStore(temporaryFolder());
    const { specs } = examplePlan({ ranks: [2, 4], seeds: [0, 1] });
    const done = [specs[2]!, specs[0]!];
    const ids = await finishTrials(store, done);
    expect(isComplete(store, done)).toBe(true);
    expect(isComplete(store, specs)).toBe(false);
    expect(resultsOf(store, specs).map(({ trialId }) => trialId)).toEqual(ids.toReversed());
  });
});

describe("grid", () => {
  test("wants every rank under every seed, from the beginning", () => {
    const plan = examplePlan({ ranks: [2, 4], seeds: [0, 1] });
    const method = methodOf(plan);
    expect(method.required(new SweepStore(temporaryFolder()))).toEqual({
      trials: plan.specs,
      truncations: [],
    });
    expect(method.expectedTrials).toBe(4);
  });
});

describe("probe", () => {
  const plan = examplePlan({ ranks: [2, 4, 8], seeds: [0, 1, 2, 3, 4], method: "probe" });

  test("wants the largest rank, then its truncations, then the rank that they point to, and no more than there is", async () => {
    const store = new SweepStore(temporaryFolder());
    const method = methodOf(plan);
    const first = method.required(store);
    expect(first.trials.map(({ lora, seed }) => [lora.rank, seed])).toEqual(
      [0, 1, 2, 3].map((seed) => [8, seed]),
    );
    expect(first.truncations).toEqual([]);

    const ids = await finishTrials(store, first.trials);
    const second = method.required(store);
    expect(second.trials).toEqual(first.trials);
    expect(second.truncations).toEqual(ids.slice(0, 3).map((trialId) => ({ trialId, ranks: [2, 4] })));

    for (const { trialId, ranks } of second.truncations) await cut(store, trialId, ranks);
    let last = method.required(store);
    const added = last.trials.slice(4).map(({ lora }) => lora.rank);
    expect(new Set(added).size).toBe(1);
    expect([2, 4]).toContain(added[0]);
    // Another method object, as after a kill, wants the same.
    expect(methodOf(plan).required(store)).toEqual(last);

    for (let ends = 0; ends < 5 && last.trials.length > resultsOf(store, last.trials).length; ends++) {
      await finishTrials(
        store,
        last.trials.filter((spec) => resultsOf(store, [spec]).length === 0),
      );
      last = method.required(store);
    }
    expect(resultsOf(store, last.trials)).toHaveLength(last.trials.length);
    expect(last.truncations).toEqual(second.truncations);
  });

  test("cuts nothing of a run that diverged", async () => {
    const seeds = [0, misbehaving.diverges];
    const diverging = methodOf(examplePlan({ ranks: [2, 8], seeds, method: "probe" }));
    const store = new SweepStore(temporaryFolder());
    const ids = await finishTrials(store, diverging.required(store).trials);
    expect(diverging.required(store).truncations).toEqual([{ trialId: ids[0], ranks: [2] }]);
  });
});

describe("race", () => {
  const seeds = Array.from({ length: 10 }, (_, i) => i);
  const firstLook = 3; // seeds
  const plan = examplePlan({ ranks: [2, 4, 8], seeds, method: "race" });

  test("wants the first block of seeds of every rank, then what the looks leave in play, until the race stops", async () => {
    const store = new SweepStore(temporaryFolder());
    const method = methodOf(plan);
    let wanted = method.required(store);
    expect(wanted.trials).toHaveLength(3 * firstLook);
    const blocks = [wanted.trials.length];
    for (;;) {
      const open = wanted.trials.filter((spec) => resultsOf(store, [spec]).length === 0);
      if (open.length === 0) break;
      await finishTrials(store, open);
      wanted = method.required(store);
      blocks.push(wanted.trials.length);
      // The trials so far stay, so that a resumed race finds them.
      expect(methodOf(plan).required(new SweepStore(store.out))).toEqual(wanted);
    }
    const { next } = raceSoFar(outcomesFromTrials(resultsOf(store, wanted.trials)), plan.summary);
    expect(next.kind).toBe("stop");
    expect(blocks).toEqual(blocks.toSorted((a, b) => a - b));
    expect(new Set(wanted.trials).size).toBe(wanted.trials.length);
    expect(wanted.truncations).toEqual([]);
  });

  test("looks at groups of examples where there are some", async () => {
    const validationGroups = Array.from({ length: 30 }, (_, e) => e % 3);
    const store = new SweepStore(temporaryFolder());
    const grouped = examplePlan({ ...plan.config, validationGroups });
    await finishTrials(store, methodOf(grouped).required(store).trials);
    const { state, required } = methodOf(grouped).soFar(store)!;
    const results = resultsOf(store, required.trials);
    const lookOn = (groups?: readonly number[]) =>
      raceSoFar(outcomesFromTrials(results, groups), grouped.summary).looks;
    expect(state.looks).toEqual(lookOn(validationGroups));
    expect(state.looks).not.toEqual(lookOn());
  });

  test("on the same store a look is made once, and anew where the plan is another", async () => {
    const store = new SweepStore(temporaryFolder());
    const stateOf = (one = plan) => methodOf(one).soFar(store)?.state;
    await finishTrials(store, plan.specs.slice(0, 3 * firstLook - 1));
    expect(stateOf()).toBeUndefined();
    await finishTrials(store, [plan.specs[3 * firstLook - 1]!]);
    const state = stateOf();
    expect(state?.looks).toHaveLength(1);
    expect(stateOf(examplePlan(plan.config))).toBe(state);
    expect(stateOf(examplePlan({ ...plan.config, margin: 0.5 }))?.looks).not.toEqual(state?.looks);
  });
});

describe("missingRanks", () => {
  test("ranks are missing until each has its evaluation", async () => {
    const store = new SweepStore(temporaryFolder());
    const [trialId] = await finishTrials(store, examplePlan({ ranks: [4], seeds: [0] }).specs);
    const wanted = { trialId: trialId!, ranks: [1, 2, 3] };
    expect(missingRanks(store, wanted)).toEqual([1, 2, 3]);
    await cut(store, trialId!, [2]);
    expect(missingRanks(store, wanted)).toEqual([1, 3]);
  });
});
