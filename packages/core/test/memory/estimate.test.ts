import { describe, expect, test } from "vitest";
import { baseFormat } from "../../src/memory/base-bytes.ts";
import { estimateMemory, type MemoryOptions } from "../../src/memory/estimate.ts";
import { profileNames } from "../../src/memory/names.ts";
import { profiles } from "../../src/memory/profiles.ts";
import { profileOf, type StackSettings } from "../../src/memory.ts";
import { modelShapeFromConfig, selectTargets } from "../../src/models.ts";
import { llama31With8B, llama32With1B, llama32With3B } from "../models.ts";

const shape = modelShapeFromConfig(llama32With3B);
const options: MemoryOptions = {
  shape,
  targets: selectTargets(shape, ["q_proj", "v_proj"]),
  rank: 32,
  base: baseFormat("bf16"),
  profile: profileOf("peft"),
  microBatch: 4,
  seq: 768,
};
const withSettings = (settings: Partial<StackSettings>, more: Partial<MemoryOptions> = {}) =>
  estimateMemory({ ...options, ...more, settings });

test("the profiles are those of the names", () => {
  expect(profiles.map(({ name }) => name)).toEqual(profileNames);
});

describe("estimateMemory", () => {
  test("gives the difference of PEFT's benchmark between ranks 64 and 32 to the byte", () => {
    const [low, high] = [32, 64].map((rank) => estimateMemory({ ...options, rank }));
    expect(high!.staticBytes - low!.staticBytes).toBe(146_800_640);
  });

  test.each(profiles)("has parts that add up to the peak, the largest phase: $name", (profile) => {
    for (const base of ["bf16", "int8", "gptq", "nf4", "nf4-dq"] as const) {
      const estimate = estimateMemory({ ...options, profile, base: baseFormat(base) });
      const sum = Object.values(estimate.parts).reduce((total, part) => total + part, 0);
      expect(sum).toBeCloseTo(estimate.allocatedBytes, -1);
      expect(estimate.allocatedBytes).toBe(Math.max(...Object.values(estimate.phases)));
      expect(estimate.allocatedBytes).toBe(estimate.phases[estimate.peakPhase]);
      const [reservedLow, reservedHigh] = estimate.reservedBytes;
      const [deviceLow, deviceHigh] = estimate.deviceBytes;
      expect(reservedLow).toBeGreaterThanOrEqual(estimate.allocatedBytes);
      expect(reservedHigh).toBeGreaterThan(reservedLow);
      expect(deviceLow).toBeGreaterThan(reservedLow);
      expect(deviceHigh).toBeGreaterThan(reservedHigh);
    }
  });

  test("grows with rank, batch and length", () => {
    const base = estimateMemory(options).allocatedBytes;
    for (const more of [{ rank: 33 }, { microBatch: 5 }, { seq: 769 }])
      expect(estimateMemory({ ...options, ...more }).allocatedBytes).toBeGreaterThan(base);
  });

  test("counts one token's logits as 14 bytes an entry where the loss is full, and a part of 256 tokens where it is chunked", () => {
    expect(estimateMemory(options).parts.logitsAndLoss).toBe(14 * 128_256 * 4 * 768);
    const chunked = withSettings({ loss: "chunked" });
    expect(chunked.phases.loss).toBe(estimateMemory(options).phases.loss - 14 * 128_256 * (4 * 768 - 256));
    expect(withSettings({ loss: "fused" }).phases.loss).toBe(chunked.phases.loss - 14 * 128_256 * 256);
  });

  test("keeps one input a block under checkpointing, two in all when they are offloaded", () => {
    const hidden = 2 * 3072 * 4 * 768;
    expect(withSettings({ checkpointing: "on" }).parts.checkpoints).toBe(28 * hidden);
    expect(withSettings({ checkpointing: "offload" }).parts.checkpoints).toBe(2 * hidden);
    expect(withSettings({ checkpointing: "off" }).parts.checkpoints).toBe(0);
  });

  test("keeps an fp32 copy of its input for each fp32 adapter, one 16-bit copy for all that share it, and a mask under dropout", () => {
    const tokens = 4 * 768 * 28;
    const inputs = (settings: Partial<StackSettings>) =>
      withSettings(settings).parts.adapterInputs / tokens / 3072;
    expect(inputs({})).toBe(8);
    expect(inputs({ adapterDtype: "bf16" })).toBe(2);
    expect(inputs({ adapterDtype: "bf16", dropout: 0.1 })).toBe(6);
    expect(inputs({ dropout: 0.1 })).toBe(10);
  });

  test("adds eager attention's scores, which grow with the square of the length", () => {
    const scores = (seq: number) =>
      withSettings({ attention: "eager" }, { seq }).parts.attention -
      withSettings({}, { seq }).parts.attention;
    expect(scores(1536) / scores(768)).toBeCloseTo(4, 1);
  });

  test("keeps the inputs of 4-bit layers with a bitsandbytes before 0.43.2 alone", () => {
    const inputs = (bnbVersion: string, base: "nf4" | "bf16" = "nf4") =>
      withSettings({ bnbVersion }, { base: baseFormat(base) }).parts.linearInputs;
    expect(inputs("0.43.1")).toBe(2 * (2 * 3072 + 8192) * 4 * 768 * 28);
    expect(inputs("0.43.2")).toBe(0);
    expect(inputs("0.50.0")).toBe(0);
    expect(inputs("0.42.0", "bf16")).toBe(0);
  });

  test("turns embeddings, norms and the residual stream into fp32 where a 4-bit base is prepared", () => {
    const nf4 = { base: baseFormat("nf4") };
    const settings = { checkpointing: "on" } as const;
    const plain = withSettings(settings, nf4);
    const prepared = withSettings({ ...settings, kbitPrepare: true }, nf4);
    expect(prepared.parts.checkpoints).toBe(2 * plain.parts.checkpoints);
    expect(prepared.baseBytes - plain.baseBytes).toBe(2 * (shape.totalParams - shape.params.blockWeights));
    expect(withSettings({ kbitPrepare: true }).parts).toEqual(withSettings({}).parts); // nothing is quantised
  });

  test("on a prepared base logits are fp32, and so is what attention and the feed-forward layer save", () => {
    const nf4 = { base: baseFormat("nf4") };
    const prepared = (more: Partial<StackSettings> = {}) => withSettings({ kbitPrepare: true, ...more }, nf4);
    const tokens = 4 * 768;
    expect(prepared().parts.logitsAndLoss).toBe(16 * 128_256 * tokens);
    expect(prepared().parts.feedForward).toBe(2 * withSettings({}, nf4).parts.feedForward);
    // no fused kernel takes fp32 queries in groups: q, repeated k and v, and the scores of 24 heads
    expect(prepared().parts.attention).toBe(tokens * 28 * (4 * 3 * 3072 + 4 * 24 * 768));
    expect(prepared({ attention: "flash" }).parts.attention).toBe(withSettings({}, nf4).parts.attention);
    // q and v read the norm's fp32 result itself, and share it
    expect(prepared().parts.adapterInputs).toBe(tokens * 28 * 4 * 3072);
  });

  test("under Trainer's autocast a prepared base has 16-bit logits, and adapters 16-bit copies of their inputs", () => {
    const nf4 = { base: baseFormat("nf4"), profile: profileOf("llama-factory") };
    const settings = { kbitPrepare: true, checkpointing: "off" } as const;
    const { parts } = withSettings(settings, nf4);
    expect(parts.logitsAndLoss).toBe(12 * 128_256 * 4 * 768); // Trainer has freed the 16-bit ones
    expect(parts.adapterInputs).toBe(4 * 768 * 28 * 2 * 2 * 3072);
    const unprepared = withSettings({ ...settings, kbitPrepare: false }, nf4);
    expect(unprepared.parts.adapterInputs).toBe(parts.adapterInputs); // PEFT casts to fp32, autocast back
    const sixteen = withSettings({ ...settings, kbitPrepare: false, adapterDtype: "bf16" }, nf4);
    expect(sixteen.parts.adapterInputs).toBe(4 * 768 * 28 * 2 * 3072); // nothing casts: q and v share one
  });

  test("logits cost what each version of transformers holds of them at once", () => {
    const perLogit = (profile: string) =>
      withSettings({ loss: "full", checkpointing: "off" }, { profile: profileOf(profile) }).parts
        .logitsAndLoss /
      (128_256 * 4 * 768);
    // a loop of one's own keeps `outputs` while it goes backward, Trainer does not
    expect(["peft", "peft-2024"].map(perLogit)).toEqual([14, 16]);
    expect(["trl", "axolotl", "llama-factory", "trl-2024", "trl-2025"].map(perLogit)).toEqual([
      ...[12, 12, 12],
      ...[12, 14], // 4.46 to 4.49 keep 16-bit logits beside their fp32 copy and its shifted one
    ]);
  });

  test("compiled blocks keep no fp32 copies of norms' inputs and no act(gate)", () => {
    const tokens = 4 * 768 * 28;
    const [plain, compiled] = [withSettings({}), withSettings({ compile: true })];
    const less = (part: "norms" | "feedForward") => plain.parts[part] - compiled.parts[part];
    expect(less("norms")).toBe(tokens * 2 * 2 * 3072 + 4 * 768 * 2 * 3072); // and the norm before the head
    expect(less("feedForward")).toBe(tokens * 2 * 8192);
    expect(compiled.parts.attention).toBe(plain.parts.attention);
    expect(compiled.parts.adapterInputs).toBe(plain.parts.adapterInputs);
  });

  test("accumulation keeps the gradients of earlier passes", () => {
    const [once, more] = [withSettings({}), withSettings({ accumulation: true })];
    expect(more.allocatedBytes - once.allocatedBytes).toBe(once.gradientBytes);
    expect(more.phases["optimizer step"]).toBe(once.phases["optimizer step"]);
  });

  test("eager attention backward holds 14 bytes a score, 16 in fp32, where the forward pass has left 6 and 4", () => {
    const seq = 8192;
    const scores = 4 * 24 * seq * seq;
    const gradients = (settings: Partial<StackSettings>, base: "bf16" | "nf4" = "bf16") =>
      withSettings(
        { attention: "eager", checkpointing: "on", loss: "fused", ...settings },
        { seq, base: baseFormat(base) },
      ).parts.activationGradients / scores;
    // less what the feed-forward layer has freed
    expect(gradients({})).toBeGreaterThan(7.5);
    expect(gradients({})).toBeLessThan(8);
    expect(gradients({ kbitPrepare: true }, "nf4")).toBeGreaterThan(11);
    expect(gradients({ kbitPrepare: true }, "nf4")).toBeLessThan(12);
  });

  test("DoRA keeps the results that its magnitudes scale, and under dropout each adapted weight too", () => {
    const inputs = (settings: Partial<StackSettings>) => withSettings(settings).parts.adapterInputs;
    const tokens = 4 * 768 * 28;
    const outputs = 3072 + 1024;
    expect(inputs({ variant: "dora" }) - inputs({})).toBe(tokens * (2 + 4) * outputs);
    const dropped = { dropout: 0.1 };
    expect(inputs({ ...dropped, variant: "dora" }) - inputs(dropped)).toBe(
      tokens * (4 + 4) * outputs + 28 * 4 * 3072 * outputs,
    );
  });

  test("LoRA-FA keeps no input of its frozen A, and trains B alone", () => {
    const frozen = withSettings({ variant: "lora-fa" });
    expect(frozen.parts.adapterInputs).toBe(0);
    expect(frozen.adapterBytes).toBe(withSettings({}).adapterBytes);
    expect(frozen.gradientBytes).toBe(4 * 3_670_016);
  });

  test("leaves the states of paged optimisers out of what the framework allocates, and in the device's upper bound", () => {
    const small = withSettings({ optimizer: "adamw-8bit" });
    const paged = withSettings({ optimizer: "paged-adamw-8bit" });
    // A [32, 3072] and B [3072, 32] have 98,304 elements, below 100,000; B [1024, 32] has fewer.
    // At rank 64 the first two are above.
    expect(paged.parts.optimizerStates).toBe(small.parts.optimizerStates);
    const [at64, paged64] = (["adamw-8bit", "paged-adamw-8bit"] as const).map((optimizer) =>
      withSettings({ optimizer }, { rank: 64 }),
    );
    expect(paged64!.parts.optimizerStates).toBeLessThan(at64!.parts.optimizerStates);
    expect(paged64!.optimizerBytes).toBe(at64!.optimizerBytes);
  });

  test("quantises in torchtune what has an adapter, and nothing else", () => {
    const torchtune = profileOf("torchtune");
    const all = selectTargets(shape, "all-linear");
    const some = estimateMemory({ ...options, profile: torchtune, base: baseFormat("nf4") });
    const every = estimateMemory({ ...options, targets: all, profile: torchtune, base: baseFormat("nf4") });
    expect(some.baseBytes).toBeGreaterThan(2 * every.baseBytes);
  });

  test("holds a tied head twice in litgpt", () => {
    const tied = modelShapeFromConfig(llama32With1B);
    const of = (profile: string) =>
      estimateMemory({
        ...options,
        shape: tied,
        targets: selectTargets(tied, ["q_proj"]),
        profile: profileOf(profile),
      }).baseBytes;
    expect(of("litgpt") - of("peft")).toBe(2 * 128_256 * 2048);
  });

  test("names the phase of the peak", () => {
    expect(estimateMemory(options).peakPhase).toBe("loss");
    expect(withSettings({ loss: "fused", checkpointing: "on" }).peakPhase).toBe("block backward");
    const tiny = { microBatch: 1, seq: 1 };
    const large = modelShapeFromConfig(llama31With8B);
    const targets = selectTargets(large, "all-linear");
    expect(estimateMemory({ ...options, ...tiny, shape: large, targets, rank: 256 }).peakPhase).toBe(
      "optimizer step",
    );
  });

  test.each([
    [{ microBatch: 0 }, "microBatch must be a positive integer, got 0"],
    [{ seq: 1.5 }, "seq must be a positive integer, got 1.5"],
    [{ settings: { dropout: 1 } }, "dropout must be at least 0 and below 1, got 1"],
    [{ settings: { bnbVersion: "1.x" } }, 'bnbVersion must be a version such as 0.50.0, got "1.x"'],
    [{ settings: { bnbVersion: "new" } }, 'bnbVersion must be a version such as 0.50.0, got "new"'],
  ])("refuses %j", (more, message) => {
    expect(() => estimateMemory({ ...options, ...more })).toThrow(
      expect.objectContaining({ code: "E_CONFIG", message }),
    );
  });

  test("names every setting that it does not know", () => {
    const settings = { loss: "none", checkpointing: "maybe" } as unknown as Partial<StackSettings>;
    expect(() => withSettings(settings)).toThrow(
      'loss must be one of full, chunked, fused, got "none"\ncheckpointing must be one of on, off, offload, got "maybe"',
    );
  });
});

test("profileOf lists the profiles for a name that it does not know", () => {
  expect(() => profileOf("keras")).toThrow(expect.objectContaining({ code: "E_PROFILE" }));
});
