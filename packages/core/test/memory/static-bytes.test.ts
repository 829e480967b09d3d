import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { baseFormat } from "../../src/memory/base-bytes.ts";
import { baseFormatNames } from "../../src/memory/names.ts";
import type { OptimizerKind } from "../../src/memory/optimizer-bytes.ts";
import { staticBytes } from "../../src/memory/static-bytes.ts";
import { modelShapeFromConfig } from "../../src/model/model-shape.ts";
import { selectTargets } from "../../src/model/targets.ts";
import { bertBase, llama32With3B } from "../models.ts";

const shape = modelShapeFromConfig(llama32With3B);
const queryValue = selectTargets(shape, ["q_proj", "v_proj"]);
const bf16 = { dtype: "bf16" } as const;
const optimizers: readonly OptimizerKind[] = [
  { name: "adamw" },
  { name: "adamw-8bit" },
  { name: "lion" },
  { name: "sgd", momentum: true },
  { name: "sgd", momentum: false },
];

describe("staticBytes", () => {
  test("gives PEFT's measured difference between rank 64 and rank 32, to the byte", () => {
    // PEFT's benchmark, Llama 3.2 3B, q_proj and v_proj: 146,800,640 bytes = 16 * 9,175,040 parameters
    const at = (rank: number) => staticBytes({ shape, targets: queryValue, rank, base: bf16 }).staticBytes;
    expect(at(64) - at(32)).toBe(146_800_640);
  });

  test.each([
    ["dora", 32, ["q_proj", "v_proj"], 9_289_728],
    ["lora-fa", 32, ["q_proj", "v_proj"], 3_670_016],
    ["bd-lora", 14, ["gate_proj", "up_proj", "down_proj"], 8_429_568],
  ] as const)("trains as many parameters as PEFT's benchmark says: %s", (variant, rank, names, params) => {
    const targets = selectTargets(shape, names);
    const { trainableParams, gradientBytes } = staticBytes({ shape, targets, rank, base: bf16, variant });
    expect(trainableParams).toBe(params);
    expect(gradientBytes).toBe(4 * params);
  });

  test("breaks rank 32 down", () => {
    const params = 9_175_040;
    expect(staticBytes({ shape, targets: queryValue, rank: 32, base: bf16 })).toMatchObject({
      rank: 32,
      loraParams: params,
      trainableParams: params,
      baseBytes: 2 * 3_212_749_824,
      adapterBytes: 4 * params, // the file that PEFT writes has 36,715,216 bytes, 15,056 of them header
      gradientBytes: 4 * params,
      optimizerBytes: 8 * params,
      staticBytes: 2 * 3_212_749_824 + 16 * params,
    });
  });

  test("takes 8 bytes a parameter for an adapter in pure bf16", () => {
    const pure = staticBytes({ shape, targets: queryValue, rank: 32, base: bf16, adapterDtype: "bf16" });
    expect(pure.staticBytes - pure.baseBytes).toBe(8 * 9_175_040);
  });

  test("adds up, in every format and for every optimiser", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1024 }),
        fc.constantFrom(...baseFormatNames),
        fc.constantFrom(...optimizers),
        (rank, base, optimizer) => {
          const bytes = staticBytes({ shape, targets: queryValue, rank, base: baseFormat(base), optimizer });
          const sum = Object.values(bytes.parts).reduce((total, part) => total + part, 0);
          expect(sum).toBe(bytes.staticBytes);
          expect(bytes.baseBytes + bytes.adapterBytes + bytes.gradientBytes + bytes.optimizerBytes).toBe(sum);
        },
      ),
    );
  });

  test("costs the adapter the same on any base", () => {
    const adapterOf = (base: string) => {
      const bytes = staticBytes({ shape, targets: queryValue, rank: 16, base: baseFormat(base) });
      return bytes.staticBytes - bytes.baseBytes;
    };
    expect(adapterOf("nf4-dq")).toBe(adapterOf("fp32"));
  });

  test("trains a classification head in the base's dtype beside its frozen original, as PEFT does", () => {
    const head = { kind: "classification", labels: 2 } as const;
    const classifier = modelShapeFromConfig(bertBase, { head });
    const targets = selectTargets(classifier, ["query", "value"]);
    const headParams = 2 * 768 + 2;
    const lora = 12 * 2 * 8 * (768 + 768);
    const bytes = staticBytes({ shape: classifier, targets, rank: 8, base: bf16 });
    expect(bytes.trainableParams).toBe(lora + headParams);
    expect(bytes.adapterBytes).toBe(4 * lora + 2 * headParams);
    expect(bytes.baseBytes).toBe(2 * (109_482_240 + headParams));
    const full = staticBytes({ shape: classifier, targets, rank: 8, base: bf16, headDtype: "fp32" });
    expect(full.staticBytes - full.baseBytes).toBe(16 * (lora + headParams));
  });

  test("says what it assumes", () => {
    const base = { dtype: "nf4", doubleQuant: true } as const;
    const { assumptions } = staticBytes({ shape, targets: queryValue, rank: 8, base });
    expect(assumptions).toEqual([
      "Static memory only: activations, logits, temporary buffers, the allocator's rounding and the device's context are not included.",
      "The linear layers of the blocks are held in nf4 with double quantisation; embeddings, head, pooler, biases and norms in bf16.",
      "Adapter weights and their gradients are held in fp32; gradients are counted as they stand at the optimiser's step.",
      "Adapter bytes are those of its tensors; the adapter file adds its header.",
      "Optimiser state: AdamW, two moments in the parameter's dtype. Step counters are not included.",
    ]);
  });

  test("rejects a rank that does not fit a target", () => {
    expect(() => staticBytes({ shape, targets: queryValue, rank: 1025, base: bf16 })).toThrow(
      "rank must be at most 1024, the smaller dimension of v_proj [1024, 3072], got 1025",
    );
  });
});
