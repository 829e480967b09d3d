import { describe, expect, test } from "vitest";
import { staticBytes } from "../../src/memory/static-bytes.ts";
import { estimateTraining, profileOf } from "../../src/memory.ts";
import { modelShapeFromConfig, selectTargets } from "../../src/models.ts";
import { llama32With1B } from "../models.ts";

const shape = modelShapeFromConfig({ ...llama32With1B, tie_word_embeddings: false });
const targets = selectTargets(shape, ["q_proj", "v_proj"]);
const options = { shape, targets, rank: 16, base: { dtype: "bf16" } } as const;
const MATRIX = 128_256 * 2048;

describe("modules trained in full", () => {
  test("add a copy in the base's dtype, with gradient and moments: 8 bytes a parameter in bf16", () => {
    const [without, both] = [
      staticBytes(options),
      staticBytes({ ...options, trainedModules: ["embeddings", "head"] }),
    ];
    expect(both.trainableParams - without.trainableParams).toBe(2 * MATRIX);
    expect(both.staticBytes - without.staticBytes).toBe(2 * MATRIX * 8);
    expect(both.baseBytes).toBe(without.baseBytes); // the originals stay
  });

  test("are in fp32 on a base prepared for k-bit training", () => {
    const base = { dtype: "nf4", doubleQuant: true, otherDtype: "fp32" } as const;
    const head = staticBytes({ ...options, base, trainedModules: ["head"] });
    expect(head.staticBytes - staticBytes({ ...options, base }).staticBytes).toBe(MATRIX * 16);
  });

  test("are two copies of a tied weight", () => {
    const tied = modelShapeFromConfig(llama32With1B);
    const both = staticBytes({ ...options, shape: tied, trainedModules: ["embeddings", "head"] });
    expect(both.trainableParams - both.loraParams).toBe(2 * MATRIX);
    expect(both.assumptions.join(" ")).toContain("without ensure_weight_tying");
  });

  test("hold their gradients when these come: a head's in the whole backward pass, an embedding's at its end", () => {
    const training = { ...options, profile: profileOf("trl"), microBatch: 1, seq: 512 };
    const backward = (trainedModules: readonly ("embeddings" | "head")[]) =>
      estimateTraining({ ...training, trainedModules }).phases["block backward"];
    const copyAndMoments = 6 * MATRIX;
    expect(backward(["head"]) - backward([])).toBeGreaterThan(copyAndMoments + 2 * MATRIX - 1);
    expect(backward(["embeddings"]) - backward([])).toBeLessThan(copyAndMoments + 2 * MATRIX);
  });

  test("are refused where there is no such module", () => {
    const without = modelShapeFromConfig(llama32With1B, { head: { kind: "classification", labels: 2 } });
    expect(() => staticBytes({ ...options, shape: without, trainedModules: ["head"] })).toThrow(
      "trainedModules must be without head for a model whose head is classification, got head",
    );
    expect(() => staticBytes({ ...options, trainedModules: ["norm" as "head"] })).toThrow(
      'trainedModules must hold embeddings or head, got "norm"',
    );
  });
});
