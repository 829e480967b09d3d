import { outcomesFromTrials } from "@lorank/evidence/methods";
import { describe, expect, test } from "vitest";
import { raceSoFar } from "../../../evidence/src/methods/race/so-far.ts";
import { resultsSoFar, type SweepConfig } from "../../src/index.ts";
import { resultsOf } from "../../src/methods/methods.ts";
import { reconcileSweepFile } from "../../src/store/reconcile.ts";
import { SweepStore } from "../../src/store/store.ts";
import { examplePlan, temporaryFolder } from "../helpers/example.ts";
import { finishTrials } from "../helpers/finished.ts";

describe("resultsSoFar", () => {
  const seeds = Array.from({ length: 10 }, (_, i) => i);
  const firstLook = 3; // seeds

  async function withSeeds(count: number, changes: Partial<SweepConfig>) {
    const out = temporaryFolder();
    const plan = examplePlan({ ranks: [2, 4], seeds, ...changes });
    reconcileSweepFile(out, plan, false);
    const store = new SweepStore(out);
    await finishTrials(store, plan.specs.slice(0, 2 * count));
    return { store, plan };
  }

  test("a race has said nothing before its first look, then what that look says, whatever has come since", async () => {
    expect(resultsSoFar((await withSeeds(0, { method: "race" })).store).decision).toBeUndefined();
    const { store, plan } = await withSeeds(firstLook - 1, { method: "race" });
    expect(resultsSoFar(store).decision).toBeUndefined();
    const ofLook = plan.specs.slice(2 * (firstLook - 1), 2 * firstLook);
    await finishTrials(store, ofLook);
    const { decision } = resultsSoFar(store);
    const { looks } = raceSoFar(outcomesFromTrials(resultsOf(store, plan.specs)), plan.summary);
    expect(decision).toMatchObject({ seeds: firstLook, race: { looks } });
    expect(looks).toHaveLength(1);
    await finishTrials(store, plan.specs.slice(2 * firstLook, 2 * firstLook + 1));
    expect(resultsSoFar(store).decision).toBe(decision);
  });

  test("a grid has its trials by rank and then seed, the same object until there are more, and no decision", async () => {
    const { store, plan } = await withSeeds(2, { seeds: [0, 1, 2] });
    const results = resultsSoFar(store);
    expect(results.trials.map(({ spec: { lora, seed } }) => [lora.rank, seed])).toEqual([
      [2, 0],
      [2, 1],
      [4, 0],
      [4, 1],
    ]);
    expect(results).toMatchObject({ sweep: plan.summary, model: plan.model, data: plan.data });
    expect(resultsSoFar(store)).toBe(results);
    await finishTrials(store, plan.specs.slice(4));
    expect(resultsSoFar(store).trials).toHaveLength(6);
    expect(resultsSoFar(store).decision).toBeUndefined();
  });

  test("of a sweep that is extended they name its new ranks", async () => {
    const { store } = await withSeeds(1, { seeds: [0] });
    const before = resultsSoFar(store);
    reconcileSweepFile(store.out, examplePlan({ ranks: [2, 4, 8], seeds: [0] }), true);
    expect(resultsSoFar(store)).toMatchObject({ sweep: { ranks: [2, 4, 8] }, trials: before.trials });
  });
});
