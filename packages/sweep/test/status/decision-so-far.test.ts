import { outcomesFromTrials, raceSoFar } from "@lorank/evidence/methods";
import { describe, expect, test } from "vitest";
import { decisionSoFar, type SweepConfig } from "../../src/index.ts";
import { resultsOf } from "../../src/methods/methods.ts";
import { reconcileSweepFile } from "../../src/store/reconcile.ts";
import { SweepStore } from "../../src/store/store.ts";
import { examplePlan, temporaryFolder } from "../helpers/example.ts";
import { finishTrials } from "../helpers/finished.ts";

describe("decisionSoFar", () => {
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
    expect(decisionSoFar((await withSeeds(0, { method: "race" })).store)).toBeUndefined();
    const { store, plan } = await withSeeds(firstLook - 1, { method: "race" });
    expect(decisionSoFar(store)).toBeUndefined();
    await finishTrials(store, plan.specs.slice(2 * (firstLook - 1), 2 * firstLook + 1));
    const decision = decisionSoFar(store);
    expect(decisionSoFar(store)).toBe(decision);
    const { looks } = raceSoFar(outcomesFromTrials(resultsOf(store, plan.specs)), plan.summary);
    expect(decision).toMatchObject({ seeds: firstLook, race: { looks } });
    expect(looks).toHaveLength(1);
  });

  test("a grid says nothing, however much of it is there", async () => {
    const { store } = await withSeeds(3, { seeds: [0, 1, 2] });
    expect(decisionSoFar(store)).toBeUndefined();
  });
});
