import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { readPeftAdapter, writePeftAdapter } from "../../src/files.ts";
import { type Float32Tensor, layerScaling, type PeftAdapter } from "../../src/index.ts";
import { counting, smallAdapter, withMagnitudes } from "../helpers/adapters.ts";
import { caught } from "../helpers/caught.ts";

/** Written by PEFT: a tiny Llama classifier, hidden 8, one key/value head of 4, rank 2, rsLoRA. */
const byPeft = fileURLToPath(new URL("../fixtures/peft-classifier", import.meta.url));

/** By PEFT, with what {@link byPeft} has not. */
const fixture = (name: string) =>
  fileURLToPath(new URL(`../fixtures/merge/${name}/adapter`, import.meta.url));

const robertaHead = new Map<string, Float32Tensor>([
  ["classifier.dense.weight", counting(4, 4)],
  ["classifier.dense.bias", { shape: [4], data: new Float32Array(4) }],
  ["classifier.out_proj.weight", counting(2, 4)],
  ["classifier.out_proj.bias", { shape: [2], data: new Float32Array(2) }],
]);

const unevenLayers = new Map([
  ["model.0.q_proj", { loraA: counting(2, 4), loraB: counting(6, 2), alpha: 16 }],
  ["model.1.q_proj", { loraA: counting(1, 4), loraB: counting(6, 1), alpha: 16 }],
  ["model.2.q_proj", { loraA: counting(2, 4), loraB: counting(6, 2), alpha: 4 }],
  ["draft.model.2.q_proj", { loraA: counting(5, 4), loraB: counting(6, 5), alpha: 0.5 }],
  ["draft.model.1.q_proj", { loraA: counting(2, 4), loraB: counting(6, 2), alpha: 16 }],
]);

function withConfig(change: (config: Record<string, unknown>) => void): string {
  const folder = temporaryFolder();
  writePeftAdapter(folder, smallAdapter());
  const path = join(folder, "adapter_config.json");
  const config = JSON.parse(readFileSync(path, "utf8"));
  change(config);
  writeFileSync(path, JSON.stringify(config));
  return folder;
}

describe("readPeftAdapter", () => {
  test("reads what PEFT wrote", () => {
    const { layers, heads, ...facts } = readPeftAdapter(byPeft);
    expect(facts).toEqual({
      rank: 2,
      alpha: 8,
      scalingRule: "rslora",
      dropout: 0.05,
      dora: false,
      fanInFanOut: false,
      targetModules: ["q_proj", "v_proj"],
      taskType: "SEQ_CLS",
      baseModel: "tiny-llama",
    });
    const shapes = [...layers].map(([path, { loraA, loraB }]) => [path, loraA.shape, loraB.shape]);
    expect(shapes.toSorted()).toEqual([
      ["model.layers.0.self_attn.q_proj", [2, 8], [8, 2]],
      ["model.layers.0.self_attn.v_proj", [2, 8], [4, 2]],
      ["model.layers.1.self_attn.q_proj", [2, 8], [8, 2]],
      ["model.layers.1.self_attn.v_proj", [2, 8], [4, 2]],
    ]);
    expect([...heads].map(([name, { shape }]) => [name, shape])).toEqual([["score.weight", [2, 8]]]);
  });

  test("reads ranks, alphas and rsLoRA by layer, as PEFT's patterns give them", () => {
    const adapter = readPeftAdapter(fixture("llama-patterns"));
    const facts = [...adapter.layers].map(([path, { loraA, alpha }]) => [path, loraA.shape[0], alpha]);
    // rank_pattern {"layers\\.1\\..*_proj": 3, v_proj: 1}, alpha_pattern {"^model.layers.0.self_attn.q_proj": 2, up_proj: 5}
    expect(facts.toSorted()).toEqual([
      ["model.layers.0.mlp.up_proj", 2, 5],
      ["model.layers.0.self_attn.q_proj", 2, 2],
      ["model.layers.0.self_attn.v_proj", 1, 8],
      ["model.layers.1.mlp.up_proj", 3, 5],
      ["model.layers.1.self_attn.q_proj", 3, 8],
      ["model.layers.1.self_attn.v_proj", 3, 8],
    ]);
    expect(layerScaling(adapter, "model.layers.1.mlp.up_proj")).toBeCloseTo(5 / Math.sqrt(3), 14);
  });

  test("reads DoRA on GPT-2, whose magnitudes are by output though its weights are transposed", () => {
    const adapter = readPeftAdapter(fixture("gpt2-dora"));
    expect(adapter).toMatchObject({ dora: true, fanInFanOut: true, taskType: "CAUSAL_LM" });
    const { loraA, loraB, magnitude } = adapter.layers.get("transformer.h.1.attn.c_attn")!;
    expect([loraA.shape, loraB.shape, magnitude?.length]).toEqual([[2, 8], [24, 2], 24]);
  });

  test("reads a RoBERTa's head of two layers with biases", () => {
    const { heads } = readPeftAdapter(fixture("roberta-head"));
    expect([...heads].map(([name, { shape }]) => [name, shape]).toSorted()).toEqual([
      ["classifier.dense.bias", [8]],
      ["classifier.dense.weight", [8, 8]],
      ["classifier.out_proj.bias", [3]],
      ["classifier.out_proj.weight", [3, 8]],
    ]);
  });

  test.each(["llama-patterns", "gpt2-dora", "roberta-head"])(
    "%s, written and read again, is the same",
    (name) => {
      const folder = temporaryFolder();
      const adapter = readPeftAdapter(fixture(name));
      writePeftAdapter(folder, adapter);
      expect(readPeftAdapter(folder)).toEqual(adapter);
      const weights = "adapter_model.safetensors";
      expect(readFileSync(join(folder, weights)).equals(readFileSync(join(fixture(name), weights)))).toBe(
        true,
      );
    },
  );

  test("written again, PEFT's adapter has the bytes that PEFT gave it, and the fields that both know are equal", () => {
    const folder = temporaryFolder();
    writePeftAdapter(folder, readPeftAdapter(byPeft));
    const bytes = (where: string, file: string) => readFileSync(join(where, file));
    expect(
      bytes(folder, "adapter_model.safetensors").equals(bytes(byPeft, "adapter_model.safetensors")),
    ).toBe(true);
    const ours = JSON.parse(bytes(folder, "adapter_config.json").toString());
    const theirs = JSON.parse(bytes(byPeft, "adapter_config.json").toString());
    theirs.target_modules.sort(); // PEFT writes a set, in any order
    expect(theirs).toMatchObject(ours);
  });

  test.each<[string, Partial<PeftAdapter>]>([
    ["a classifier", {}],
    ["rsLoRA", { scalingRule: "rslora", alpha: 0.5 }],
    ["a causal model without heads", { taskType: "CAUSAL_LM", heads: new Map() }],
    [
      "a head with a bias",
      { heads: new Map([["classifier.bias", { shape: [2], data: Float32Array.of(1, 2) }]]) },
    ],
    ["DoRA", withMagnitudes(smallAdapter())],
    ["GPT-2's transposed weights", { fanInFanOut: true }],
    ["no task", { taskType: null }],
    ["the names of classes", { classNames: ["spam", "ham"] }],
    ["a base at a revision", { baseModel: "org/name@v1" }],
    ["a base in a GGUF on the hub", { baseModel: "org/name@v1:a.gguf" }],
    ["a RoBERTa's head of two layers", { heads: robertaHead }],
    ["ranks and alphas of some layers' own", { layers: unevenLayers }],
    ["whole paths as targets", { targetModules: [...smallAdapter().layers.keys()] }],
  ])("gives back %s as it was written", (_, changes) => {
    const folder = temporaryFolder();
    writePeftAdapter(folder, smallAdapter(changes));
    expect(readPeftAdapter(folder)).toEqual(smallAdapter(changes));
  });

  test.each([
    ['{"0": "ham"}', 'class names must be 2 different names, one for each output of the head, got ["ham"]'],
    ['{"0": "ham", "2": "spam"}', 'it must name every class by its id from 0 on, got {"0":"ham","2":"spam"}'],
  ])("refuses an id2label.json with %s", (text, problem) => {
    const folder = temporaryFolder();
    writePeftAdapter(folder, smallAdapter());
    writeFileSync(join(folder, "id2label.json"), text);
    expect(caught(() => readPeftAdapter(folder))).toMatchObject({
      code: "E_PEFT",
      message: `${join(folder, "id2label.json")}: ${problem}`,
    });
  });

  test("names the layers found where target_modules is a regular expression", () => {
    const folder = withConfig((config) => {
      config.target_modules = ".*\\.(q|v)_proj";
    });
    expect(readPeftAdapter(folder).targetModules).toEqual([...smallAdapter().layers.keys()].toSorted());
  });

  test.each([
    ["layers_to_transform", [0, 1]],
    ["exclude_modules", ["k_proj"]],
  ])("names the layers found where %s narrows target_modules", (field, value) => {
    const folder = withConfig((config) => {
      config[field] = value;
    });
    expect(readPeftAdapter(folder).targetModules).toEqual([...smallAdapter().layers.keys()].toSorted());
  });

  test("takes rank and alpha of a layer from the first pattern that matches", () => {
    const folder = temporaryFolder();
    writePeftAdapter(folder, smallAdapter({ layers: unevenLayers }));
    const path = join(folder, "adapter_config.json");
    const config = JSON.parse(readFileSync(path, "utf8"));
    config.rank_pattern = { "^model.1.q_proj": 1, "draft\\.model\\.[2-9]\\..*": 5 };
    config.alpha_pattern = { "draft.model.2.q_proj": 0.5, "2.q_proj": 4, q_proj: 16 };
    writeFileSync(path, JSON.stringify(config));
    expect(readPeftAdapter(folder).layers).toEqual(unevenLayers);
  });

  test("names the config file and each field that is not supported", () => {
    const folder = withConfig((config) => {
      config.lora_bias = true;
      config.bias = "lora_only";
    });
    expect(caught(() => readPeftAdapter(folder))).toMatchObject({
      code: "E_PEFT",
      message:
        `${join(folder, "adapter_config.json")}:\nbias must be "none" (a trained bias is not supported), got "lora_only"\n` +
        "lora_bias must be false (a bias on B is not supported), got true",
    });
  });

  test("finds tensors of another rank than the config's", () => {
    const folder = withConfig((config) => {
      config.r = 4;
    });
    const { message } = caught(() => readPeftAdapter(folder));
    expect(message).toContain("holds tensors that do not fit:");
    expect(message).toContain('q_proj.lora_B.weight" must have shape [out, rank] with rank 4, got [6,2]');
  });

  test("says which file is missing, and what to do with a pickle", () => {
    const folder = withConfig(() => {});
    rmSync(join(folder, "adapter_model.safetensors"));
    expect(caught(() => readPeftAdapter(folder)).message).toBe(
      `${join(folder, "adapter_model.safetensors")} must be a readable file, got ENOENT`,
    );
    writeFileSync(join(folder, "adapter_model.bin"), "");
    expect(caught(() => readPeftAdapter(folder)).message).toBe(
      `${folder} must hold adapter_model.safetensors, got adapter_model.bin\n` +
        "That is a pickle, which is never read: convert it to safetensors.",
    );
    rmSync(join(folder, "adapter_config.json"));
    expect(caught(() => readPeftAdapter(folder)).code).toBe("E_FILE");
  });
});
