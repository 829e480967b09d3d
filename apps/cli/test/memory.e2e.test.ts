import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { modelShapeFromConfig } from "@lorank/core";
import {
  baseFormat,
  changesThatFit,
  estimateMemory,
  memoryBars,
  memoryRows,
  partWords,
  profileOf,
} from "@lorank/core/memory";
import { afterAll, describe, expect, test } from "vitest";
import { cli, makeFolder } from "./cli.ts";

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
const folder = makeFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, "llama.json"), JSON.stringify(config));
const inFolder = { cwd: folder };
const shape = modelShapeFromConfig(config);
const asked = {
  ...{ shape, targets: shape.linears, rank: 16, base: baseFormat("bf16"), profile: profileOf("peft") },
  ...{ microBatch: 2, seq: 1024 },
};
const memory = (...line: string[]) => cli(["memory", "llama.json", "--micro-batch", "2", ...line], inFolder);

describe("lorank memory", () => {
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
    expect(document.results[1]).toMatchObject(JSON.parse(JSON.stringify(estimateMemory(asked))));
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

  test("tells a person the profile, where values come from, the peak's parts, largest first, and what it assumes", async () => {
    const run = await memory("--ranks", "16");
    expect(run).toMatchObject({ code: 0, stderr: "" });
    for (const line of [
      /^profile peft, for none was named: peft ≥ /m,
      /^micro-batch +2 +--micro-batch$/m,
      /^loss +full +profile peft$/m,
      /^ +16 +41\.9 M +15\.6 GiB +\d\d\.\d GiB +\d\d\.\d–\d\d\.\d GiB +\d\d\.\d–\d\d\.\d GiB +loss$/m,
      /the most of it weights of\s+the\s+model, \d+\.\d %/,
      /^Smallest card for rank 16: .* surely fits/m,
      /^- 2 sequences of 1024 tokens in one pass/m,
      /docs\/checked\/memory-accuracy\.md/,
    ])
      expect(run.stdout).toMatch(line);
    const words = Object.values(partWords);
    const lines = run.stdout.split("\n").filter((line) => words.some((word) => line.startsWith(`${word}  `)));
    const shares = lines.map((line) => Number(/([\d.]+) %$/.exec(line)?.[1]));
    expect(shares.length).toBeGreaterThan(6);
    expect(shares).toEqual([...shares].sort((a, b) => b - a));
    expect(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 100)).toBeLessThan(1);
  });

  test("--gpu says what fits, how far, and which flags to change; typed in, they fit", async () => {
    const line = ["--ranks", "4,16", "--gpu", "24GB"];
    const [text, json] = await Promise.all([memory(...line), memory(...line, "--json")]);
    const { gpu, results } = JSON.parse(json.stdout);
    expect(results.map((result: { fit: string }) => result.fit)).toEqual(["does not fit", "does not fit"]);
    expect(gpu).toMatchObject({ text: "24GB", bytes: 24e9, rank: 16, fit: "does not fit" });
    expect(gpu.sequence).toEqual(JSON.parse(JSON.stringify(changesThatFit(asked, 24e9))));
    expect(text.stdout).toContain("24GB, 22.4 GiB: rank 16 on a base in bf16 does not fit.");
    const flags = /^In flags: (.*)$/m.exec(text.stdout)?.[1] ?? "";
    expect(flags).not.toBe("");
    const again = await memory(...line, ...flags.split(" "), "--json");
    const fitted = JSON.parse(again.stdout);
    expect(fitted.results.map((result: { fit: string }) => result.fit)).toEqual(["fits", "fits"]);
    expect(fitted.gpu).toMatchObject({ fit: "fits", changes: [], sequence: [] });
    expect(fitted.gpu.largest.microBatch).toBeGreaterThanOrEqual(2);
  });

  test("--method compare puts LoRA, QLoRA and full fine-tuning in one table", async () => {
    const line = ["--method", "compare", "--ranks", "16"];
    const [text, json] = await Promise.all([memory(...line), memory(...line, "--json")]);
    expect(text.stdout).toMatch(/^lora bf16 +16 .*\nqlora nf4-dq +16 .*\nfull bf16 +– .*$/m);
    const { results } = JSON.parse(json.stdout);
    const { rank: _, base: __, ...options } = asked;
    const rows = memoryRows({ ...options, ranks: [16], base: "bf16", method: "compare" });
    expect(results.map((each: { allocatedBytes: number }) => each.allocatedBytes)).toEqual(
      rows.map(({ estimate }) => estimate.allocatedBytes),
    );
    expect(results[2]).toMatchObject({ method: "full", rank: null, adapterBytes: 0 });
    expect(results[2].staticBytes).toBe(8 * 8_030_261_248);
    const full = await memory("--method", "full", "--base", "nf4", "--gpu", "24GB");
    expect(full.stdout).toMatch(/^full bf16 +– .* does not fit$/m);
    expect(full.stdout).toMatch(/^Smallest card for training all weights: 96 GB/m);
  });

  test("--svg draws the same rows, with the card's line", async () => {
    const run = await memory("--ranks", "4,16", "--gpu", "24GB", "--svg", "memory.svg", "--json");
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(run.stdout).svg).toBe("memory.svg");
    const { rank: _, base: __, ...options } = asked;
    expect(readFileSync(join(folder, "memory.svg"), "utf8")).toBe(
      memoryBars(memoryRows({ ...options, ranks: [4, 16], base: "bf16" }), {
        title: "llama.json, profile peft",
        limit: { label: "24GB", bytes: 24e9 },
      }),
    );
    const nowhere = await memory("--svg", "no-folder/memory.svg");
    expect(nowhere).toMatchObject({ code: 2, stdout: "" });
    expect(nowhere.stderr).toContain("--svg must lie in a folder that exists, got no-folder/memory.svg");
  });

  test("says all that is wrong at once and exits with 2", async () => {
    const flags = await memory("--loss", "half", "--gpu", "big");
    expect(flags).toMatchObject({ code: 2, stdout: "" });
    expect(flags.stderr).toMatch(/--gpu must be a card[\s\S]*--loss must be full, chunked or fused/);
    const targets = await memory("--targets", "q_porj", "--ranks", "5000");
    expect(targets).toMatchObject({ code: 2, stdout: "" });
    expect(targets.stderr).toContain('no layer matches "q_porj"');
    const rank = await memory("--ranks", "2000");
    expect(rank.stderr).toContain("rank must be at most 1024");
  });
});
