import { describe, expect, test } from "vitest";
import { provenanceFacts } from "../../src/sections/provenance.tsx";
import { makeResults } from "../fixtures/make-results.ts";
import { ofCommand } from "../fixtures/of-command.ts";
import { empty } from "../fixtures/scenes.ts";

const scene = { ranks: [4, 8], seeds: [0, 1], examples: 20, steps: 3 };
const facts = (results: Parameters<typeof provenanceFacts>[0]) =>
  Object.fromEntries(provenanceFacts(results).map(([group, list]) => [group, Object.fromEntries(list)]));

describe("provenanceFacts", () => {
  test("has a group of one fact, and none of those without", () => {
    const all = provenanceFacts(ofCommand(makeResults(scene)));
    expect(all.find(([group]) => group === "Trainer")).toEqual(["Trainer", [["Command", "python train.py"]]]);
    expect(all.map(([group]) => group)).not.toContain("Optimiser");
  });
  test("says the task, the classes and the weights of a sweep of one run", () => {
    const all = facts(makeResults({ ...scene, ranks: [8], seeds: [0] }));
    expect(all.Data).toMatchObject({ Task: "classification", Classes: "ham, spam" });
    expect(all.Model?.Weights).toMatch(/^pretrained, SHA-256 /);
  });
  test("says by rank what differs between ranks", () => {
    expect(facts(makeResults({ ...scene, alphaOf: (rank) => 2 * rank })).LoRA?.Alpha).toBe(
      "8 (rank 4); 16 (rank 8)",
    );
  });
  test("says what products were computed in where that was not float32", () => {
    const results = makeResults(scene);
    expect(facts(results).Optimiser).not.toHaveProperty("Products");
    const trials = results.trials.map((trial) => ({
      ...trial,
      spec: { ...trial.spec, compute: "bfloat16" as const },
    }));
    expect(facts({ ...results, trials }).Optimiser?.Products).toBe("computed in bfloat16");
  });

  test("names DoRA and LoRA+ where they are used", () => {
    const all = facts(makeResults({ ...scene, lora: { dora: true }, optimizer: { loraPlusRatio: 16 } }));
    expect(all.LoRA?.DoRA).toBe("yes, a magnitude a row");
    expect(all.Optimiser?.["LoRA+"]).toBe("B learns 16 times as fast as A");
  });
  test("names random base weights as such", () => {
    const results = makeResults(scene);
    const base = { kind: "random", name: "tiny", configSha256: "ab".repeat(32), seed: 7 } as const;
    const trials = results.trials.map((trial) => ({ ...trial, spec: { ...trial.spec, base } }));
    expect(facts({ ...results, trials }).Model?.Weights).toBe(
      "random from seed 7, config SHA-256 abababababababab…",
    );
  });
  test("cuts a long list of classes short", () => {
    const labels = Array.from({ length: 77 }, (_, index) => `class-${index}`);
    const results = makeResults({ ...scene, task: { kind: "classification", labels } });
    expect(facts(results).Data?.Classes).toMatch(/class-7 and 69 more$/);
  });
  test("without runs keeps to the model, the data and the sweep", () => {
    expect(provenanceFacts(empty()).map(([group]) => group)).toEqual(["Model", "Data", "Sweep"]);
  });
});
