import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import type { TensorDType } from "../../src/dtype.ts";
import { modelAt } from "../../src/files/model-folder.ts";
import { readSafetensors, streamSafetensors } from "../../src/files/safetensors-file.ts";
import { mergeAdapter, openSafetensors, readPeftAdapter } from "../../src/files.ts";
import type { PeftAdapter } from "../../src/index.ts";
import { modelConfig, modelWeights } from "../../src/model/model.ts";
import { counting, smallAdapter } from "../helpers/adapters.ts";
import { caught } from "../helpers/caught.ts";
import { ggufFile } from "../helpers/raw-gguf.ts";
import { tinyLlama } from "../helpers/tiny-llama.ts";

const fixture = (...names: string[]) =>
  fileURLToPath(new URL(join("..", "fixtures", "merge", ...names), import.meta.url));
const json = (path: string) => JSON.parse(readFileSync(path, "utf8"));

/** Largest difference of two tensors, relative to the largest element. */
function difference(ours: Float32Array, theirs: Float32Array): number {
  expect(ours).toHaveLength(theirs.length);
  const scale = theirs.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  return ours.reduce((largest, value, i) => Math.max(largest, Math.abs(value - theirs[i]!)), 0) / scale;
}

/** A base of one weight [6, 4], merged with rank 2. */
function mergeOne(
  dtype: TensorDType,
  bytes: Uint8Array,
  options: { dtype?: "F32" | "F16" | "BF16" } = {},
  alpha = 2,
) {
  const base = temporaryFolder();
  writeFileSync(join(base, "config.json"), "{}");
  const tensors = new Map([
    ["q.weight", { dtype, shape: [6, 4] }],
    ["position_ids", { dtype: "I64" as const, shape: [2] }],
    ["norm.weight", { dtype, shape: [6, 4] }],
  ]);
  const ids = new Uint8Array(BigInt64Array.of(2n ** 60n + 1n, -1n).buffer); // float32 could not hold these
  streamSafetensors(join(base, "model.safetensors"), tensors, { format: "pt" }, (name) =>
    name === "position_ids" ? ids : bytes,
  );
  const layers = new Map([["q", { loraA: counting(2, 4, 0.1), loraB: counting(6, 2, 0.1), alpha }]]);
  const out = join(temporaryFolder(), "merged");
  mergeAdapter({ base, adapter: smallAdapter({ layers, heads: new Map() }), out, ...options });
  const file = openSafetensors(join(out, "model.safetensors"));
  const read = {
    tensors: file.tensors,
    q: file.readFloat32("q.weight"),
    raw: (name: string) => file.readBytes(name),
  };
  return { ...read, ids, close: () => file.close() };
}

describe("mergeAdapter", () => {
  test.each([
    ["llama-patterns", ""],
    ["gpt2-dora", "transformer."],
    ["roberta-head", ""],
  ])("%s: has the weights of PEFT's merge_and_unload", (name, missingPrefix) => {
    const out = join(temporaryFolder(), "merged");
    const adapter = readPeftAdapter(fixture(name, "adapter"));
    const summary = mergeAdapter({ base: fixture(name, "base"), adapter, out });
    const theirs = readSafetensors(fixture(name, "merged.safetensors"));
    const ours = modelWeights(modelAt(out));
    expect([...ours.tensors.keys()].map((key) => missingPrefix + key).toSorted()).toEqual(
      [...theirs.keys()].toSorted(),
    );
    for (const [key, { shape, data }] of theirs) {
      const own = key.slice(missingPrefix.length);
      expect(ours.tensors.get(own)?.shape, key).toEqual(shape);
      expect(difference(ours.readFloat32(own), data), key).toBeLessThan(3e-7);
    }
    ours.close();
    expect(summary).toMatchObject({ merged: adapter.layers.size, tensors: theirs.size });
  });

  test("moved weights at all: the fixtures' updates are far from zero", () => {
    const before = modelWeights(modelAt(fixture("gpt2-dora", "base")));
    const after = readSafetensors(fixture("gpt2-dora", "merged.safetensors")).get(
      "transformer.h.0.attn.c_attn.weight",
    )!;
    expect(difference(before.readFloat32("h.0.attn.c_attn.weight"), after.data)).toBeGreaterThan(0.1);
    before.close();
  });

  test("shards as the base does, with an index of its own", () => {
    const out = join(temporaryFolder(), "merged");
    const base = fixture("llama-patterns", "base");
    const { files, bytes } = mergeAdapter({
      base,
      adapter: readPeftAdapter(fixture("llama-patterns", "adapter")),
      out,
    });
    expect(files).toEqual(["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]);
    const index = "model.safetensors.index.json";
    expect(json(join(out, index)).weight_map).toEqual(json(join(base, index)).weight_map);
    expect(json(join(out, index)).metadata.total_size).toBe(bytes);
    expect(json(join(base, index)).metadata.total_size).toBe(bytes);
    expect(readdirSync(out).toSorted()).toEqual(["config.json", ...files, index]);
  });

  test("a bare encoder with a trained head becomes a classifier: names, class and labels", () => {
    const out = join(temporaryFolder(), "merged");
    const adapter = readPeftAdapter(fixture("roberta-head", "adapter"));
    const { prefix, heads } = mergeAdapter({ base: fixture("roberta-head", "base"), adapter, out });
    expect(prefix).toBe("roberta");
    expect(heads.toSorted()).toEqual([
      "classifier.dense.bias",
      "classifier.dense.weight",
      "classifier.out_proj.bias",
      "classifier.out_proj.weight",
    ]);
    const { config } = modelConfig(modelAt(out));
    expect(config.architectures).toEqual(["RobertaForSequenceClassification"]);
    expect(Object.keys(config.id2label as object)).toHaveLength(3);
  });

  test("keeps each tensor's type, rounds merged ones to it, and copies the others' bytes", () => {
    // 1.0 in bfloat16; the update's entries are multiples of 0.02 · something that bfloat16 does not hold
    const ones = new Uint8Array(new Uint16Array(24).fill(0x3f80).buffer);
    const { tensors, q, raw, ids, close } = mergeOne("BF16", ones);
    expect(tensors.get("q.weight")?.dtype).toBe("BF16");
    // row 5: B = (1.0, 1.1), A's column 3 = (0.3, 0.7): 1 + 0.3 + 0.77 = 2.07, between 2.0625 and 2.078125
    expect(q[5 * 4 + 3]).toBe(2.0625);
    expect(raw("position_ids")).toEqual(ids);
    expect(raw("norm.weight")).toEqual(ones);
    close();
  });

  test("writes all floating-point tensors in a chosen type, and integers as they are", () => {
    const ones = new Uint8Array(new Uint16Array(24).fill(0x3f80).buffer);
    const { tensors, q, raw, ids, close } = mergeOne("BF16", ones, { dtype: "F32" });
    expect([...tensors].map(([name, { dtype }]) => [name, dtype]).toSorted()).toEqual([
      ["norm.weight", "F32"],
      ["position_ids", "I64"],
      ["q.weight", "F32"],
    ]);
    expect(q[5 * 4 + 3]).toBeCloseTo(2.07, 6);
    expect(raw("position_ids")).toEqual(ids);
    close();
  });

  test("a merged value that float16 cannot hold is an error, not an infinity", () => {
    const large = new Uint8Array(new Uint16Array(24).fill(0x7bff).buffer); // 65504
    expect(caught(() => mergeOne("F16", large, {}, 2000)).message).toMatch(
      /^tensor "q\.weight" must hold values that F16 can hold, got 65\d{3}/,
    );
  });

  test.each(["layer", "head"] as const)(
    "a NaN in an adapter's %s is an error, and nothing is written",
    (part) => {
      const folder = temporaryFolder();
      const adapter = readPeftAdapter(fixture("roberta-head", "adapter"));
      const [layer] = adapter.layers.values();
      const [head] = adapter.heads.values();
      const { data } = part === "head" ? head! : layer!.loraB;
      data[3] = Number.NaN;
      const out = join(folder, "merged");
      expect(
        caught(() => mergeAdapter({ base: fixture("roberta-head", "base"), adapter, out })),
      ).toMatchObject({
        code: "E_MERGE",
        message: expect.stringMatching(
          /^merged tensor "[a-z_.0-9]+" must hold finite numbers, got NaN at element \d+$/,
        ),
      });
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  test("copies tokenizer files, of a pooling folder too, and no other weights", () => {
    const base = join(temporaryFolder(), "base");
    cpSync(fixture("gpt2-dora", "base"), base, { recursive: true });
    mkdirSync(join(base, "1_Pooling"));
    for (const file of [
      "tokenizer.json",
      "merges.txt",
      "chat_template.jinja",
      "1_Pooling/config.json",
      "adapter_config.json",
      "pytorch_model.bin",
      "model.onnx",
      ".gitattributes",
    ])
      writeFileSync(join(base, file), file);
    const out = join(temporaryFolder(), "merged");
    mergeAdapter({ base, adapter: readPeftAdapter(fixture("gpt2-dora", "adapter")), out });
    expect(readdirSync(out, { recursive: true }).toSorted()).toEqual([
      "1_Pooling",
      "1_Pooling/config.json",
      "chat_template.jinja",
      "config.json",
      "merges.txt",
      "model.safetensors",
      "tokenizer.json",
    ]);
    expect(readFileSync(join(out, "1_Pooling/config.json"), "utf8")).toBe("1_Pooling/config.json");
  });

  test("refuses an adapter of another model before anything is written", () => {
    const parent = temporaryFolder();
    const adapter = readPeftAdapter(fixture("llama-patterns", "adapter"));
    const error = caught(() =>
      mergeAdapter({ base: fixture("gpt2-dora", "base"), adapter, out: join(parent, "out") }),
    );
    expect(error.code).toBe("E_MERGE");
    expect(error.message.split("\n")).toHaveLength(1 + 6);
    expect(readdirSync(parent)).toEqual([]);
  });

  test("a broken shard leaves nothing behind, and does not replace what was there", () => {
    const base = join(temporaryFolder(), "base");
    cpSync(fixture("llama-patterns", "base"), base, { recursive: true });
    const adapter = readPeftAdapter(fixture("llama-patterns", "adapter"));
    const parent = temporaryFolder();
    const out = join(parent, "out");
    const failing = (progress: { done: number }) => {
      if (progress.done === 15) throw new Error("killed in the second shard");
    };
    expect(() => mergeAdapter({ base, adapter, out, onTensor: failing })).toThrow("killed");
    expect(readdirSync(parent)).toEqual([]);
    rmSync(join(base, "model-00002-of-00002.safetensors"));
    expect(caught(() => mergeAdapter({ base, adapter, out })).code).toBe("E_MODEL");
    expect(existsSync(out)).toBe(false);
  });

  test("does not write over its base", () => {
    const base = join(temporaryFolder(), "base");
    cpSync(fixture("gpt2-dora", "base"), base, { recursive: true });
    const adapter = readPeftAdapter(fixture("gpt2-dora", "adapter"));
    expect(caught(() => mergeAdapter({ base, adapter, out: base, force: true })).code).toBe("E_OUT");
  });

  test("folds into a GGUF's weights, quantised ones too, as a model folder in float32", () => {
    // Q8_0: a float16 scale, here 0.5, and 32 signed bytes for each row of 32
    const row = (value: number) => Buffer.from([0x00, 0x38, ...Array<number>(32).fill(value & 0xff)]);
    const base = ggufFile(
      tinyLlama(
        {},
        { "blk.0.ffn_up.weight": { dimensions: [32, 2], type: 8, data: Buffer.concat([row(4), row(-6)]) } },
      ),
    );
    const layer = { loraA: counting(1, 32, 0.25), loraB: counting(2, 1), alpha: 2 };
    const path = "model.layers.0.mlp.up_proj";
    const adapter = smallAdapter({
      layers: new Map([[path, layer]]),
      targetModules: ["up_proj"],
      heads: new Map(),
      taskType: "CAUSAL_LM",
    });
    const out = join(temporaryFolder(), "merged");
    const { tokenizerProblem } = mergeAdapter({ base, adapter, out });
    const merged = readSafetensors(join(out, "model.safetensors"));
    // row 0: B is 0; row 1: -3 and 2 · 1 · (0, 0.25, 0.5, …)
    const expected = [...Array<number>(32).fill(2), ...Array.from({ length: 32 }, (_, i) => -3 + i / 2)];
    expect([...merged.get(`${path}.weight`)!.data]).toEqual(expected);
    expect(modelConfig(modelAt(out)).config).toMatchObject({ model_type: "llama", torch_dtype: "float32" });
    expect(tokenizerProblem).toContain("tokenizer");

    const half = join(temporaryFolder(), "merged");
    mergeAdapter({ base, adapter, out: half, dtype: "BF16" });
    const file = openSafetensors(join(half, "model.safetensors"));
    expect(new Set([...file.tensors.values()].map(({ dtype }) => dtype))).toEqual(new Set(["BF16"]));
    file.close();
  });

  test("reports each tensor once", () => {
    const seen: string[] = [];
    const adapter: PeftAdapter = readPeftAdapter(fixture("roberta-head", "adapter"));
    const { tensors } = mergeAdapter({
      base: fixture("roberta-head", "base"),
      adapter,
      out: join(temporaryFolder(), "out"),
      onTensor: ({ name, total }) => {
        expect(total).toBe(25);
        seen.push(name);
      },
    });
    expect(new Set(seen).size).toBe(tensors);
  });
});
