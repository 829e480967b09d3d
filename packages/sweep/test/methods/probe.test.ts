import { outcomesFromTrials, probeSoFar } from "@lorank/core/decide";
import { expect, test } from "vitest";
import { resultsOf } from "../../src/methods/done.ts";
import { probe } from "../../src/methods/probe.ts";
import { SweepStore } from "../../src/store/store.ts";
import { examplePlan, temporaryFolder } from "../helpers/example.ts";
import { misbehaving } from "../helpers/fake-trial.ts";
import { cut, finishTrials } from "../helpers/finished.ts";

const plan = examplePlan({ ranks: [2, 4, 8], seeds: [0, 1, 2, 3, 4], method: "probe" });

test("wants the largest rank, then its truncations, then the rank that they point to, and no more than there is", async () => {
  const store = new SweepStore(temporaryFolder());
  const method = probe(plan);
  const first = method.wanted(store);
  expect(first.trials.map(({ lora, seed }) => [lora.rank, seed])).toEqual(
    [0, 1, 2, 3].map((seed) => [8, seed]),
  );
  expect(first.truncations).toEqual([]);

  const ids = await finishTrials(store, first.trials);
  const second = method.wanted(store);
  expect(second.trials).toEqual(first.trials);
  expect(second.truncations).toEqual(ids.slice(0, 3).map((trialId) => ({ trialId, ranks: [2, 4] })));

  const truncations = [];
  for (const { trialId, ranks } of second.truncations)
    truncations.push(...(await cut(store, trialId, ranks)));
  const table = outcomesFromTrials(resultsOf(store, first.trials));
  const { next } = probeSoFar(table, truncations, plan.summary);
  let last = method.wanted(store);
  expect(last.trials.slice(4).map(({ lora, seed }) => [lora.rank, seed])).toEqual(
    next!.seeds.map((seed) => [next!.rank, seed]),
  );
  // Another method object, as after a kill, wants the same.
  expect(probe(plan).wanted(store)).toEqual(last);

  for (let ends = 0; ends < 5 && last.trials.length > resultsOf(store, last.trials).length; ends++) {
    await finishTrials(
      store,
      last.trials.filter((spec) => resultsOf(store, [spec]).length === 0),
    );
    last = method.wanted(store);
  }
  expect(resultsOf(store, last.trials)).toHaveLength(last.trials.length);
  expect(last.truncations).toEqual(second.truncations);
});

test("cuts nothing of a run that diverged", async () => {
  const seeds = [0, misbehaving.diverges];
  const diverging = probe(examplePlan({ ranks: [2, 8], seeds, method: "probe" }));
  const store = new SweepStore(temporaryFolder());
  const ids = await finishTrials(store, diverging.wanted(store).trials);
  expect(diverging.wanted(store).truncations).toEqual([{ trialId: ids[0], ranks: [2] }]);
});
