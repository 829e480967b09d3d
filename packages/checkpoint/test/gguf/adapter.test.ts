import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ModelShape } from "@lorank/core/models";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import type { GgufAdapterOptions } from "../../src/gguf/adapter.ts";
import type { GgufFile } from "../../src/gguf/open.ts";
import { ggufAdapter, layerScaling, type PeftAdapter } from "../../src/index.ts";
import { counting, smallAdapter, withMagnitudes } from "../helpers/adapters.ts";
import { caught } from "../helpers/caught.ts";
import { FAMILY_MODELS, familyAdapter, familyModel, familyShape } from "../helpers/families.ts";
import { fixture } from "../helpers/fixture.ts";
import { openGguf } from "../helpers/open-gguf.ts";

const shape = familyShape("llama");
// As scripts/reference/gguf_adapter_fixture.py numbers them: any change of order or value shows.
const numbered = (name: string) => familyAdapter(familyShape(name), 2, 6, (k, i) => 4096 * k + i);
const small = familyAdapter(shape, 2, 6, (k, i) => Math.sin(100 * k + i));

function opened(path: string) {
  const file = openGguf(path);
  file.close();
  return file;
}

/** What our reader finds in the file that is written. */
function written(adapter: PeftAdapter, base: ModelShape, options?: GgufAdapterOptions): GgufFile {
  const path = join(temporaryFolder(), "adapter.gguf");
  writeFileSync(path, ggufAdapter(adapter, base, options).bytes);
  return openGguf(path);
}

function contentOf(file: GgufFile) {
  const content = [...file.tensors].map(([name, { shape }]) => [
    name,
    { shape, values: file.readFloat32(name) },
  ]);
  file.close();
  return Object.fromEntries(content) as Record<string, { shape: readonly number[]; values: Float32Array }>;
}

describe("ggufAdapter", () => {
  test.each(FAMILY_MODELS.filter((name) => name !== "gpt2"))(
    "writes for %s the names, shapes and values of llama.cpp's own converter",
    (name) => {
      const own = written(numbered(name), familyShape(name));
      const theirs = openGguf(fixture(`gguf/adapters/${name}.gguf`));
      for (const key of ["general.architecture", "general.type", "adapter.type", "adapter.lora.alpha"])
        expect([key, own.metadata.get(key)]).toEqual([key, theirs.metadata.get(key)]);
      expect(contentOf(own)).toEqual(contentOf(theirs));
    },
  );

  test("gives GPT-2 the factors of the file's weights, which are not transposed as the model's are", () => {
    const adapter = numbered("gpt2");
    const content = contentOf(written(adapter, familyShape("gpt2")));
    const base = opened(familyModel("gpt2"));
    expect(Object.keys(content)).toHaveLength(2 * adapter.layers.size);
    for (const [name, { shape }] of Object.entries(content)) {
      const [out, columns] = base.tensors.get(name.slice(0, name.lastIndexOf(".")))!.shape;
      expect([name, shape]).toEqual([name, name.endsWith("lora_a") ? [2, columns] : [out, 2]]);
    }
    const { loraB } = adapter.layers.get("transformer.h.1.attn.c_attn")!;
    expect(content["blk.1.attn_qkv.weight.lora_b"]!.values).toEqual(loraB.data);
  });

  test("folds into B what one alpha cannot say, and says of which layers", () => {
    const [first, second] = [...small.layers.keys()] as [string, string];
    const layers = new Map(small.layers);
    layers.set(first, { ...layers.get(first)!, alpha: 24 });
    layers.set(second, { loraA: counting(5, 8), loraB: counting(4, 5), alpha: 6 }); // a rank needs no folding
    const uneven = { ...small, layers };
    expect(ggufAdapter(uneven, shape)).toMatchObject({ architecture: "llama", alpha: 6, folded: [first] });
    expect(ggufAdapter({ ...uneven, scalingRule: "rslora" }, shape).folded).toHaveLength(layers.size);
    for (const adapter of [uneven, { ...uneven, scalingRule: "rslora" as const }]) {
      const file = written(adapter, shape);
      const v = "model.layers.0.self_attn.v_proj"; // its rows keep their order
      const { loraB } = adapter.layers.get(v)!;
      const scale = 6 / loraB.shape[1]; // what llama.cpp multiplies by
      const expected = loraB.data.map((value) => (layerScaling(adapter, v) / scale) * value);
      expect(file.readFloat32("blk.0.attn_v.weight.lora_b")).toEqual(expected);
      file.close();
    }
  });

  test("stores 16 bits when asked to, and refuses what they cannot hold", () => {
    const file = written(small, shape, { dtype: "F16" });
    expect(new Set([...file.tensors.values()].map(({ type }) => type))).toEqual(new Set(["F16"]));
    expect(file.metadata.get("general.file_type")).toBe(1);
    const [path, layer] = [...small.layers].find(([name]) => name.endsWith("v_proj"))!;
    const stored = file.readFloat32(`blk.0.attn_v.weight.lora_a`);
    for (const [i, value] of layer.loraA.data.entries()) expect(stored[i]).toBeCloseTo(value, 3);
    file.close();
    const large = new Map(small.layers).set(path, { ...layer, alpha: 6e6 });
    expect(caught(() => ggufAdapter({ ...small, layers: large }, shape, { dtype: "F16" }))).toMatchObject({
      code: "E_DTYPE",
      message: expect.stringContaining(
        'tensor "blk.0.attn_v.weight.lora_b" must hold values that F16 can hold',
      ),
    });
  });

  test.each([
    ["bert", "bert.encoder.layer.1.output.dense", "blk.1.ffn_down"],
    ["llama", "layers.1.mlp.down_proj", "blk.1.ffn_down"],
    ["llama", "lm_head", "output"],
  ])("finds in %s the module %s", (name, path, expected) => {
    const base = familyShape(name);
    const [out, columns] = path === "lm_head" ? [base.vocabSize, 8] : [8, 12];
    const layers = new Map([[path, { loraA: counting(1, columns!), loraB: counting(out!, 1), alpha: 1 }]]);
    const file = written({ ...small, layers }, base);
    file.close();
    expect([...file.tensors.keys()]).toEqual([`${expected}.weight.lora_a`, `${expected}.weight.lora_b`]);
  });

  test.each<[string, PeftAdapter, ModelShape, string]>([
    [
      "DoRA",
      withMagnitudes(small),
      shape,
      "an adapter for llama.cpp must be without DoRA, got one with magnitudes\nMerge it into its base instead.",
    ],
    [
      "a trained head",
      smallAdapter(),
      shape,
      'an adapter for llama.cpp must be without layers that were trained whole, got "score.weight"\n' +
        "llama.cpp has no place for them, and a classifier cannot answer without its head. " +
        "Merge the adapter into its base instead; --drop-head leaves them out.",
    ],
    [
      "a base without an architecture",
      small,
      { ...shape, modelType: "falcon" },
      "the base of an adapter for llama.cpp must be one of llama, mistral, qwen2, qwen3, gemma2, gemma3_text, phi3, " +
        'gpt2, bert, got "falcon"',
    ],
    [
      "all layers that do not fit",
      {
        ...small,
        layers: new Map(
          ["model.layers.7.mlp.down_proj", "model.layers.0.mlp.experts", "model.layers.0.mlp.down_proj"].map(
            (path) => [path, { loraA: counting(2, 4), loraB: counting(6, 2), alpha: 6 }],
          ),
        ),
      },
      shape,
      "the adapter must fit llama.cpp's llama:\n" +
        'layer "model.layers.7.mlp.down_proj" must be a linear layer of the base, which has no such layer\n' +
        'layer "model.layers.0.mlp.experts" must have a name in llama, got none\n' +
        'layer "model.layers.0.mlp.down_proj" must be on a weight of shape [8,12], got [6,4]',
    ],
    [
      "an output that is the embedding",
      {
        ...small,
        layers: new Map([["lm_head", { loraA: counting(2, 8), loraB: counting(12, 2), alpha: 6 }]]),
      },
      familyShape("llama3"),
      "the adapter must fit llama.cpp's llama:\n" +
        'layer "lm_head" must not be the output, which is the token embedding in this base',
    ],
    [
      "BERT's pooler",
      {
        ...small,
        layers: new Map([["pooler.dense", { loraA: counting(2, 8), loraB: counting(8, 2), alpha: 6 }]]),
      },
      familyShape("bert"),
      "the adapter must fit llama.cpp's bert:\n" + 'layer "pooler.dense" must have a name in bert, got none',
    ],
  ])("refuses %s", (_, adapter, base, message) => {
    expect(caught(() => ggufAdapter(adapter, base))).toMatchObject({ code: "E_PEFT", message });
  });

  test("leaves a head out when asked to", () => {
    const withHead = { ...small, heads: smallAdapter().heads };
    const { bytes } = ggufAdapter(withHead, shape, { dropHeads: true });
    expect(bytes).toEqual(ggufAdapter(small, shape).bytes);
  });
});
