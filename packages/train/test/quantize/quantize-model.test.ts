import { execFileSync, spawnSync } from "node:child_process";
import fs, {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { modelConfig, modelWeights } from "@lorank/checkpoint";
import { modelAt } from "@lorank/checkpoint/files";
import { dequantize4bit, errorFigures } from "@lorank/quant";
import { quantizedNames, readQuantized } from "@lorank/quant/checkpoint";
import { describe, expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { quantizeModel } from "../../src/quantize/quantize-model.ts";

const packages = fileURLToPath(new URL("../../..", import.meta.url));
const saved = (name: string): string => join(packages, "quant/test/fixtures/checkpoints", name);
const sharded = join(packages, "checkpoint/test/fixtures/merge/llama-patterns/base");

const newFolder = (): string => join(temporaryFolder(), "out");

test("asks for the room of the model and of the layers in 4 bits that wait beside it, before it reads a weight", () => {
  const model = saved("llama/float");
  const { bytes, layers } = quantizeModel({ model, out: newFolder() });
  const tables = 7 * 4 * 16 + layers.length * 200; // level tables and states beside the weights, which are not counted
  const { statfsSync } = fs;
  const freeing = (free: number) => {
    fs.statfsSync = (() => ({ blocks: 1e12, bsize: 1, bavail: free })) as unknown as typeof statfsSync;
    syncBuiltinESMExports();
  };
  onTestFinished(() => {
    fs.statfsSync = statfsSync;
    syncBuiltinESMExports();
  });
  freeing(bytes - tables);
  const seen: string[] = [];
  const tooSmall = () => quantizeModel({ model, out: newFolder(), onTensor: ({ name }) => seen.push(name) });
  expect(tooSmall).toThrow(/^output folder must lie on a disk with \S+ kB free, got .*, where \S+ kB are$/);
  expect(seen).toEqual([]);
  freeing(2 * bytes);
  quantizeModel({ model, out: newFolder() });
});

describe("quantizeModel writes what transformers writes", () => {
  test.each(["nf4", "fp4"] as const)("of a Llama in %s: every tensor, to the byte", (format) => {
    const out = newFolder();
    const { layers, bytes } = quantizeModel({ model: saved("llama/float"), out, format });
    const [ours, theirs] = [modelWeights(modelAt(out)), modelWeights(modelAt(saved(`llama/${format}`)))];
    expect([...ours.tensors.keys()].toSorted()).toEqual([...theirs.tensors.keys()].toSorted());
    for (const [name, { dtype, shape }] of theirs.tensors) {
      expect(ours.tensors.get(name), name).toMatchObject({ dtype, shape });
      expect(Buffer.from(ours.readBytes(name)).equals(theirs.readBytes(name)), name).toBe(true);
    }
    // The file itself, too, but for the type that transformers multiplies in.
    const file = "model.safetensors";
    expect(readFileSync(join(out, file)).equals(readFileSync(join(saved(`llama/${format}`), file)))).toBe(
      true,
    );
    expect(layers).toHaveLength(7);
    expect(bytes).toBe([...theirs.tensors.values()].reduce((sum, { byteLength }) => sum + byteLength, 0));
    ours.close();
    theirs.close();
  });

  test("of a GPT-2: Conv1D weights are transposed and then linear layers", () => {
    const out = newFolder();
    quantizeModel({ model: saved("gpt2/float"), out });
    const file = "model.safetensors";
    expect(readFileSync(join(out, file)).equals(readFileSync(join(saved("gpt2/nf4"), file)))).toBe(true);
  });

  test("of a BERT, but for the pooler and the classifier, which stay", () => {
    const out = newFolder();
    quantizeModel({ model: saved("bert/float"), out });
    const [ours, theirs] = [modelWeights(modelAt(out)), modelWeights(modelAt(saved("bert/nf4")))];
    const names = [...quantizedNames(ours).keys()];
    expect([...quantizedNames(theirs).keys()].filter((name) => !names.includes(name))).toEqual([
      "bert.pooler.dense.weight",
      "classifier.weight",
    ]);
    for (const name of ours.tensors.keys()) {
      if (/pooler|classifier/.test(name)) continue;
      expect(Buffer.from(ours.readBytes(name)).equals(theirs.readBytes(name)), name).toBe(true);
    }
    expect(ours.tensors.get("bert.pooler.dense.weight")!.dtype).toBe("F32");
    ours.close();
    theirs.close();
  });

  test("in config.json: its own member, and the linear layers that it must skip", () => {
    const out = newFolder();
    quantizeModel({ model: saved("bert/float"), out, doubleQuant: true });
    const theirs = modelConfig(modelAt(saved("bert/nf4-double"))).config;
    const ours = modelConfig(modelAt(out)).config;
    expect(ours).toEqual({
      ...theirs,
      quantization_config: {
        ...(theirs.quantization_config as object),
        llm_int8_skip_modules: ["pooler.dense", "classifier"],
      },
    });
    // BitsAndBytesConfig refuses 6 where it wants 6.0
    expect(readFileSync(join(out, "config.json"), "utf8")).toContain('"llm_int8_threshold": 6.0,');
  });
});

describe("quantizeModel", () => {
  test("shards as the base does, and reports the error of what can be read back", () => {
    const out = newFolder();
    const { files, layers, bytesBefore } = quantizeModel({ model: sharded, out, blockSize: 32 });
    expect(files).toEqual(["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]);
    const [before, after] = [modelWeights(modelAt(sharded)), modelWeights(modelAt(out))];
    expect(bytesBefore).toBe([...before.tensors.values()].reduce((sum, each) => sum + each.byteLength, 0));
    expect(layers.map(({ path }) => path)).toEqual(
      [...quantizedNames(after).keys()]
        .map((name) => name.replace(/\.weight$/, ""))
        .toSorted((a, b) => layers.findIndex((l) => l.path === a) - layers.findIndex((l) => l.path === b)),
    );
    for (const { path, error, params, bytesAfter } of layers) {
      const name = `${path}.weight`;
      const { quantized } = readQuantized(after, name);
      expect(quantized).toMatchObject({ blockSize: 32, length: params });
      expect(error).toEqual(errorFigures(before.readFloat32(name), dequantize4bit(quantized)));
      const parts = [...after.tensors].filter(([part]) => part === name || part.startsWith(`${name}.`));
      expect(bytesAfter).toBe(parts.reduce((sum, [, { byteLength }]) => sum + byteLength, 0));
    }
    before.close();
    after.close();
  });

  test("keeps blocks by number and layers by name, and tells transformers so", () => {
    const out = newFolder();
    const { kept, layers } = quantizeModel({
      model: sharded,
      out,
      keepLayers: [1, "0.mlp.down_proj", "k_proj"],
    });
    expect(kept).toContain("model.layers.1.mlp.up_proj");
    expect(layers.map(({ path }) => path)).toEqual([
      "model.layers.0.self_attn.q_proj",
      "model.layers.0.self_attn.v_proj",
      "model.layers.0.self_attn.o_proj",
      "model.layers.0.mlp.gate_proj",
      "model.layers.0.mlp.up_proj",
    ]);
    const [before, after] = [modelWeights(modelAt(sharded)), modelWeights(modelAt(out))];
    for (const path of kept)
      expect(after.readBytes(`${path}.weight`)).toEqual(before.readBytes(`${path}.weight`));
    before.close();
    after.close();
    const { quantization_config: written } = modelConfig(modelAt(out)).config;
    const skipped = (written as Record<string, unknown>).llm_int8_skip_modules;
    // Ends of paths, so that they match with and without the family's prefix.
    for (const path of kept) expect(skipped).toContain(path.replace(/^model\./, ""));
    expect(skipped).toContain("lm_head");
  });

  test("a GGUF becomes a 4-bit folder of bfloat16 weights", () => {
    const out = newFolder();
    const gguf = join(packages, "checkpoint/test/fixtures/gguf/families/llama.gguf");
    quantizeModel({ model: gguf, out });
    const [before, after] = [modelWeights(modelAt(gguf)), modelWeights(modelAt(out))];
    for (const name of quantizedNames(after).keys()) {
      const { quantized, dtype } = readQuantized(after, name);
      expect(dtype).toBe("bfloat16");
      expect(
        errorFigures(before.readFloat32(name), dequantize4bit(quantized)).signalToNoiseDb,
      ).toBeGreaterThan(15);
    }
    expect(after.tensors.get("model.norm.weight")!.dtype).toBe("BF16");
    before.close();
    after.close();
  });

  const refused: [string, Partial<Parameters<typeof quantizeModel>[0]>, string, string][] = [
    [
      "a model in 4 bits",
      { model: saved("llama/nf4") },
      "E_MODEL",
      'must not be quantised already, got a quantization_config of "bitsandbytes"',
    ],
    ["a layer that is not there", { keepLayers: [7, "q_porj"] }, "E_KEEP_LAYERS", 'got 7, "q_porj"'],
    [
      "to quantise nothing",
      { keepLayers: [0, 1] },
      "E_KEEP_LAYERS",
      "must leave a layer to quantise, got all 14",
    ],
  ];
  test.each(refused)("refuses %s and leaves nothing", (_, options, code, message) => {
    const folder = temporaryFolder();
    expect(() => quantizeModel({ model: sharded, out: join(folder, "out"), ...options })).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  test("names the tensor with a weight that is not finite", () => {
    const folder = temporaryFolder();
    cpSync(saved("gpt2/float"), join(folder, "model"), { recursive: true });
    const file = join(folder, "model/model.safetensors");
    const source = modelWeights(modelAt(join(folder, "model")));
    const name = "transformer.h.0.mlp.c_fc.weight";
    const { byteOffset } = source.tensors.get(name)!;
    source.close();
    const bytes = readFileSync(file);
    bytes.writeUInt16LE(0x7e00, byteOffset + 2); // a NaN
    writeFileSync(file, bytes);
    expect(() => quantizeModel({ model: join(folder, "model"), out: join(folder, "out") })).toThrow(
      expect.objectContaining({
        code: "E_QUANTIZE",
        message: expect.stringContaining(`${name}: weights must be finite, got NaN`),
      }),
    );
  });
});

describe("in a process of its own", () => {
  const child = fileURLToPath(new URL("quantize-child.ts", import.meta.url));
  const node = ["--conditions=@lorank/source", "--import", import.meta.resolve("tsx"), child];

  test("memory does not grow with the number of tensors", () => {
    const folder = temporaryFolder();
    const [few, many] = [8, 64].map((layers) => {
      const model = emptyLlama(join(folder, `${layers}`), layers);
      const out = join(folder, `out-${layers}`);
      const peak = Number(execFileSync(process.execPath, [...node, model, out], { encoding: "utf8" }));
      expect(statSync(join(out, "model-00008.safetensors")).size).toBeGreaterThan(3.2e6 * 0.5);
      return peak;
    });
    // 56 more layers are 359 MB as they are read, 719 MB in float32 and 93 MB in 4 bits
    expect(many! - few!).toBeLessThan(50e6);
  });

  test("a run that is killed leaves no model", () => {
    const folder = temporaryFolder();
    const out = join(folder, "out");
    const { signal } = spawnSync(process.execPath, [...node, sharded, out, "9"]);
    expect(signal).toBe("SIGKILL");
    expect(existsSync(out)).toBe(false);
    expect(readdirSync(folder).every((name) => name.startsWith(".out."))).toBe(true);
  });
});

/** 3.2 million bfloat16 zeros a layer, and a shard for each. The files are holes, which take no time and no disk. */
function emptyLlama(folder: string, layers: number): string {
  const [hidden, inner] = [512, 1408];
  mkdirSync(folder);
  const sizes = {
    hidden_size: hidden,
    intermediate_size: inner,
    num_hidden_layers: layers,
    num_attention_heads: 8,
    num_key_value_heads: 8,
    head_dim: hidden / 8,
  };
  const config = { ...modelConfig(modelAt(sharded)).config, ...sizes };
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  const shapes = {
    ...Object.fromEntries(["q", "k", "v", "o"].map((name) => [`self_attn.${name}_proj`, [hidden, hidden]])),
    "mlp.gate_proj": [inner, hidden],
    "mlp.up_proj": [inner, hidden],
    "mlp.down_proj": [hidden, inner],
  };
  const weightMap: Record<string, string> = {};
  for (let layer = 0; layer < layers; layer++) {
    const shard = `model-${String(layer + 1).padStart(5, "0")}.safetensors`;
    const header: Record<string, unknown> = {};
    let end = 0;
    for (const [path, shape] of Object.entries(shapes)) {
      const name = `model.layers.${layer}.${path}.weight`;
      const start = end;
      end += 2 * shape[0]! * shape[1]!;
      header[name] = { dtype: "BF16", shape, data_offsets: [start, end] };
      weightMap[name] = shard;
    }
    const json = Buffer.from(JSON.stringify(header));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    writeFileSync(join(folder, shard), Buffer.concat([length, json]));
    truncateSync(join(folder, shard), length.length + json.length + end);
  }
  writeFileSync(join(folder, "model.safetensors.index.json"), JSON.stringify({ weight_map: weightMap }));
  return folder;
}
