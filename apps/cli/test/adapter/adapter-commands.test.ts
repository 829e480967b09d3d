import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { modelConfig, modelWeights } from "@lorank/checkpoint";
import { modelAt, readPeftAdapter, writePeftAdapter } from "@lorank/checkpoint/files";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { cliHere } from "../here.ts";
import { smallAdapter } from "../small-adapter.ts";
import { writeTinyModel } from "../tiny-model.ts";

const folder = temporaryFolder();
const inFolder = { cwd: folder };
writeTinyModel(join(folder, "tiny"));
const classNames = ["warm", "cold", "wet"];
writePeftAdapter(join(folder, "r3"), smallAdapter({ classNames }));

describe("truncate", () => {
  test("writes the lower rank with its head and says what is lost", async () => {
    const run = await cliHere(["truncate", "r3", "--rank", "1", "-o", "r1", "--json"], inFolder);
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: "" });
    const { relativeError, kinds, layers } = JSON.parse(run.stdout);
    expect(relativeError).toBeGreaterThan(0);
    expect(kinds.map(({ kind }: { kind: string }) => kind)).toEqual(["self_attn.q_proj", "self_attn.v_proj"]);
    const { error, norm } = layers[0];
    expect(kinds[0].relativeError).toBeCloseTo(error / norm, 12);
    const lower = readPeftAdapter(join(folder, "r1"));
    expect(lower).toMatchObject({ rank: 1, alpha: 1, classNames });
    expect([...lower.heads.keys()]).toEqual(["score.weight"]);
  });
});

describe("export", () => {
  test("writes the portable form without the head, unless it is kept", async () => {
    const run = await cliHere(["export", "r3", "-o", "portable"], inFolder);
    expect(run.code).toBe(0);
    expect(readPeftAdapter(join(folder, "portable"))).toMatchObject({ rank: 3, alpha: 3, heads: new Map() });
    await cliHere(["export", "r3", "-o", "portable", "--keep-head", "--force"], inFolder);
    expect(readPeftAdapter(join(folder, "portable"))).toMatchObject({ classNames });
    expect(readPeftAdapter(join(folder, "portable")).heads.size).toBe(1);
  });

  test("writes llama.cpp's format", async () => {
    const args = ["export", "r3", "--format", "gguf", "-o", "r3.gguf"];
    const run = await cliHere(
      [...args, "--drop-head", "--dtype", "fp16", "--base", "tiny", "--json"],
      inFolder,
    );
    expect(run.code, run.stderr).toBe(0);
    const bytes = readFileSync(join(folder, "r3.gguf"));
    expect(bytes.toString("latin1")).toMatch(/^GGUF.*blk\.0\.attn_q\.weight\.lora_a/s);
    expect(JSON.parse(run.stdout)).toMatchObject({
      architecture: "llama",
      alpha: 6,
      layers: 2,
      dtype: "F16",
      foldedLayers: [],
      bytes: bytes.length,
    });
  });
});

describe("merge", () => {
  test("writes a model with the update, the head and the tokenizer in it", async () => {
    const run = await cliHere(["merge", "tiny", "r3", "-o", "merged", "--dtype", "bf16"], inFolder);
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: "" });
    expect(readdirSync(join(folder, "merged")).toSorted()).toEqual(
      readdirSync(join(folder, "tiny")).toSorted(),
    );
    const { config } = modelConfig(modelAt(join(folder, "merged")));
    expect(config).toMatchObject({
      num_labels: 3,
      id2label: { 0: "warm", 1: "cold", 2: "wet" },
      label2id: { warm: 0, cold: 1, wet: 2 },
    });
    const [before, after] = ["tiny", "merged"].map((name) => modelWeights(modelAt(join(folder, name))));
    expect(after!.tensors.get("score.weight")).toMatchObject({ dtype: "BF16", shape: [3, 16] });
    const name = "model.layers.0.self_attn.q_proj.weight";
    const { loraA, loraB } = smallAdapter().layers.get("model.layers.0.self_attn.q_proj")!;
    const update = [0, 1, 2].reduce((sum, k) => sum + loraB.data[k]! * loraA.data[k * 16]!, 0);
    const expected = before!.readFloat32(name)[0]! + 2 * update;
    expect(Math.abs(after!.readFloat32(name)[0]! / expected - 1)).toBeLessThan(2 ** -8);
    before!.close();
    after!.close();
    expect(readFileSync(join(folder, "merged/tokenizer.json"))).toEqual(
      readFileSync(join(folder, "tiny/tokenizer.json")),
    );
  });

  test("merges into what 4 bits leave", async () => {
    const args = ["merge", "tiny", "r3", "--into", "dequantized"];
    const run = await cliHere([...args, "--quantize", "nf4", "-o", "merged-4bit", "--json"], inFolder);
    expect(run.code, run.stderr).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({ into: "dequantized", merged: 2 });
  });
});
