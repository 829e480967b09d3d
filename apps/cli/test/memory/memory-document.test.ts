import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { estimateRanks, estimateTraining, memoryBars, profileOf } from "@lorank/core/memory";
import { modelShapeFromConfig } from "@lorank/core/models";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { cliHere } from "../here.ts";
import { writeTinyModel } from "../tiny-model.ts";

// Llama 3.1 8B
const config = {
  model_type: "llama",
  hidden_size: 4096,
  intermediate_size: 14_336,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  vocab_size: 128_256,
  tie_word_embeddings: false,
  max_position_embeddings: 131_072,
};
const folder = temporaryFolder();
writeFileSync(join(folder, "llama.json"), JSON.stringify(config));
const shape = modelShapeFromConfig(config);
const options = {
  ...{ shape, targets: shape.linears, profile: profileOf("peft") },
  ...{ microBatch: 2, seq: 1024 },
};
const asked = { ...options, rank: 16, base: { dtype: "bf16" } as const };
const inRanks = { ...options, ranks: [16], base: "bf16" as const };
const memory = (...line: string[]) =>
  cliHere(["memory", "llama.json", "--micro-batch", "2", ...line], { cwd: folder });

test("counts what a model in a folder trains, at no more than its length", async () => {
  writeTinyModel(join(folder, "tiny"));
  const line = "memory tiny --ranks 1,2 --base fp32 --json".split(" ");
  const { model, seq, results } = JSON.parse((await cliHere(line, { cwd: folder })).stdout);
  expect(seq).toBe(64);
  expect(model).toMatchObject({ name: "tiny", totalParams: 67_888 });
  // q 16+16, k and v 16+8, o 16+16, gate and up 16+32, down 32+16
  expect(results[1]).toMatchObject({ rank: 2, trainableParams: 2 * (32 + 24 + 24 + 32 + 48 + 48 + 48) });
  expect(results[1].optimizerBytes).toBe(8 * results[1].trainableParams);
});

describe("the document of lorank memory", () => {
  test("gives a program what the contract names, as the library computes it", async () => {
    const run = await memory("--ranks", "4,16", "--json");
    expect(run).toMatchObject({ code: 0, stderr: "" });
    const document = JSON.parse(run.stdout);
    expect(document).toMatchObject({
      model: { name: "llama.json", modelType: "llama", totalParams: 8_030_261_248, layers: 32 },
      ...{ profile: "peft", base: "bf16", targets: "all-linear", microBatch: 2, seq: 1024 },
      settings: profileOf("peft").settings,
      from: { profile: "default", microBatch: "--micro-batch", loss: "profile peft" },
    });
    expect(document.results).toHaveLength(2);
    expect(document.results[1]).toMatchObject(JSON.parse(JSON.stringify(estimateTraining(asked))));
    for (const result of document.results) {
      for (const name of ["rank", "trainableParams", "adapterBytes", "optimizerBytes", "staticBytes"])
        expect(result[name], name).toBeGreaterThan(0);
      expect(result.reservedBytes[0]).toBeLessThan(result.reservedBytes[1]);
      expect(result.deviceBytes[0]).toBeGreaterThan(result.allocatedBytes);
      expect(result.peakPhase).toBe("loss");
      const parts = Object.values<number>(result.parts).reduce((sum, bytes) => sum + bytes, 0);
      expect(parts).toBe(result.allocatedBytes);
      expect(result.cards.fits.gigabytes).toBeGreaterThanOrEqual(result.cards.mayFit.gigabytes);
    }
  });

  test("begins with the answer, which a program has too", async () => {
    const line = ["--ranks", "4,16", "--gpu", "24GB"];
    const [text, json] = await Promise.all([memory(...line), memory(...line, "--json")]);
    const { answer } = JSON.parse(json.stdout);
    expect(text.stdout.replace(/\s+/g, " ").startsWith(`${answer} `)).toBe(true);
  });

  test("names flags that make it fit when they are typed", async () => {
    const line = ["--ranks", "4,16", "--gpu", "24GB"];
    const [text, json] = await Promise.all([memory(...line), memory(...line, "--json")]);
    const { gpu, results } = JSON.parse(json.stdout);
    expect(results.map((result: { fit: string }) => result.fit)).toEqual(["does not fit", "does not fit"]);
    expect(gpu).toMatchObject({ text: "24GB", bytes: 24e9, rank: 16, fit: "does not fit" });
    expect(gpu.sequence).toEqual(
      JSON.parse(JSON.stringify(estimateRanks({ ...inRanks, card: { bytes: 24e9 } }).advice?.together)),
    );
    const flags = /^In flags: (.*)$/m.exec(text.stdout)?.[1] ?? "";
    expect(flags).not.toBe("");
    const again = await memory(...line, ...flags.split(" "), "--json");
    const fitted = JSON.parse(again.stdout);
    expect(fitted.results.map((result: { fit: string }) => result.fit)).toEqual(["fits", "fits"]);
    expect(fitted.gpu).toMatchObject({ fit: "fits", changes: [], sequence: [] });
    expect(fitted.gpu.largest.microBatch).toBeGreaterThanOrEqual(2);
  });

  test("compares LoRA, QLoRA and full fine-tuning as the library does", async () => {
    const { stdout } = await memory("--method", "compare", "--ranks", "16", "--json");
    const { results } = JSON.parse(stdout);
    const { rows } = estimateRanks({ ...inRanks, method: "compare" });
    expect(results.map((each: { allocatedBytes: number }) => each.allocatedBytes)).toEqual(
      rows.map(({ estimate }) => estimate.allocatedBytes),
    );
    expect(results[2]).toMatchObject({ method: "full", rank: null, adapterBytes: 0 });
    expect(results[2].staticBytes).toBe(8 * 8_030_261_248);
  });

  test("of several models has for each what it has alone", async () => {
    const line = ["--ranks", "8,16", "--gpu", "24GB", "--method", "qlora", "--json"];
    const [both, alone] = await Promise.all([memory("qwen3-8b", ...line), memory(...line)]);
    const { models } = JSON.parse(both.stdout);
    const names = models.map(({ model }: { model: { name: string } }) => model.name);
    expect(names).toEqual(["llama.json", "Qwen/Qwen3-8B"]);
    const { results, settings } = JSON.parse(alone.stdout);
    expect(models[0].results).toEqual(results);
    const qlora = { checkpointing: "on", kbitPrepare: true } as const;
    expect(settings).toMatchObject(qlora);
    const base = { dtype: "nf4", doubleQuant: true } as const;
    expect(results[1].allocatedBytes).toBe(
      estimateTraining({ ...asked, base, settings: qlora }).allocatedBytes,
    );
  });

  test("--svg draws the same rows, with the card's line", async () => {
    const run = await memory("--ranks", "4,16", "--gpu", "24GB", "--svg", "memory.svg", "--json");
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(run.stdout).svg).toBe("memory.svg");
    expect(readFileSync(join(folder, "memory.svg"), "utf8")).toBe(
      memoryBars(estimateRanks({ ...inRanks, ranks: [4, 16] }).rows, {
        title: "llama.json, profile peft",
        limit: { label: "24GB", bytes: 24e9 },
      }),
    );
  });
});
