import { describe, expect, test } from "vitest";
import { baseFormat } from "../../src/memory/base-bytes.ts";
import { estimateMemory } from "../../src/memory/estimate.ts";
import { estimateFull } from "../../src/memory/full.ts";
import { memoryRows } from "../../src/memory/rows.ts";
import { profileOf } from "../../src/memory.ts";
import { modelShapeFromConfig, selectTargets } from "../../src/models.ts";
import { llama32With1B } from "../models.ts";

const shape = modelShapeFromConfig(llama32With1B);
const options = {
  ...{ shape, targets: selectTargets(shape, "all-linear"), profile: profileOf("trl") },
  ...{ microBatch: 2, seq: 256, ranks: [4, 16], base: "bf16" as const },
};

describe("memoryRows", () => {
  test("gives an estimate a rank", () => {
    const rows = memoryRows({ ...options, base: "nf4" });
    expect(rows.map(({ rank, method, base }) => [rank, method, base])).toEqual([
      [4, "qlora", "nf4"],
      [16, "qlora", "nf4"],
    ]);
    const { ranks: _, ...single } = options;
    expect(rows[1]!.estimate).toEqual(estimateMemory({ ...single, rank: 16, base: baseFormat("nf4") }));
  });

  test.each([
    ["bf16", "bf16", "nf4-dq", "bf16"],
    ["fp32", "fp32", "nf4-dq", "fp32"],
    ["gptq", "bf16", "gptq", "bf16"],
  ] as const)("compares on base %s: LoRA in %s, QLoRA in %s, full in %s", (base, lora, qlora, full) => {
    const rows = memoryRows({ ...options, base, method: "compare" });
    expect(rows.map((row) => `${row.method} ${row.base} ${row.rank}`)).toEqual([
      `lora ${lora} 4`,
      `lora ${lora} 16`,
      `qlora ${qlora} 4`,
      `qlora ${qlora} 16`,
      `full ${full} null`,
    ]);
    const [first, , third, , last] = rows.map(({ estimate }) => estimate.allocatedBytes);
    expect(third).toBeLessThan(first!);
    expect(first).toBeLessThan(last!);
  });

  test("QLoRA is on nf4-dq unless another quantised base is given, with what the stack's guides set", () => {
    const asked = { ...options, profile: profileOf("peft"), ranks: [16], method: "qlora" as const };
    const [row] = memoryRows(asked);
    expect(row).toMatchObject({
      ...{ method: "qlora", base: "nf4-dq", rank: 16 },
      settings: { ...profileOf("peft").settings, checkpointing: "on", kbitPrepare: true },
    });
    expect(memoryRows({ ...asked, base: "nf4" })[0]?.base).toBe("nf4");
    const { ranks: _, method: __, ...single } = asked;
    const plain = { ...single, rank: 16, base: baseFormat("nf4-dq") };
    expect(row!.estimate).toEqual(
      estimateMemory({ ...plain, settings: { checkpointing: "on", kbitPrepare: true } }),
    );
    expect(memoryRows({ ...asked, method: "compare" })[1]).toEqual(row);
    // what is given wins, and a stack whose guides set nothing else keeps its defaults
    expect(memoryRows({ ...asked, settings: { checkpointing: "off" } })[0]?.settings).toMatchObject({
      ...{ checkpointing: "off", kbitPrepare: true },
    });
    expect(memoryRows({ ...asked, profile: profileOf("litgpt") })[0]?.settings).toEqual(
      profileOf("litgpt").settings,
    );
  });

  test("TRL's adapters are in bf16 on a base that bitsandbytes quantises, unless it is stated", () => {
    const dtypes = (settings = {}) =>
      (["bf16", "gptq", "int8", "nf4", "nf4-dq"] as const).map(
        (base) => memoryRows({ ...options, settings, base, ranks: [16] })[0]!.settings.adapterDtype,
      );
    expect(dtypes()).toEqual(["fp32", "fp32", "bf16", "bf16", "bf16"]);
    expect(dtypes({ adapterDtype: "fp32" })).toEqual(Array(5).fill("fp32"));
    const { ranks: _, ...single } = { ...options, rank: 16, base: baseFormat("nf4") };
    const stated = (adapterDtype: "fp32" | "bf16") =>
      estimateMemory({ ...single, settings: { adapterDtype } });
    expect(estimateMemory(single)).toEqual(stated("bf16"));
    expect(estimateMemory(single).adapterBytes).toBe(stated("fp32").adapterBytes / 2);
  });

  test("full fine-tuning has one row, whatever the ranks", () => {
    const [row, ...others] = memoryRows({ ...options, base: "nf4", method: "full" });
    expect(others).toEqual([]);
    expect(row).toMatchObject({ method: "full", base: "bf16", rank: null });
    expect(row!.estimate).toEqual(estimateFull({ ...options, dtype: "bf16" }));
  });

  test("throws what the estimate throws", () => {
    expect(() => memoryRows({ ...options, ranks: [0] })).toThrow("rank must be a positive integer, got 0");
  });
});
