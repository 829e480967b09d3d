import { describe, expect, test } from "vitest";
import { layersAndHeads, peftKey, peftTensors, type TensorRules } from "../../src/peft/keys.ts";
import { smallAdapter } from "../helpers/adapters.ts";
import { caught } from "../helpers/caught.ts";

test("keys are PEFT's: a prefix, the module path, no adapter name", () => {
  expect([...peftTensors(smallAdapter()).keys()].slice(0, 2)).toEqual([
    "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight",
    "base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight",
  ]);
  expect([...peftTensors(smallAdapter()).keys()].at(-1)).toBe("base_model.model.score.weight");
});

const rules = (changes: Partial<TensorRules> = {}): TensorRules => ({
  dora: false,
  modulesToSave: [],
  rankOf: () => 2,
  alphaOf: () => 16,
  ...changes,
});

describe("layersAndHeads", () => {
  const vector = (length: number) => ({ shape: [length], data: new Float32Array(length) });
  const matrix = (rows: number, columns: number) => ({
    shape: [rows, columns],
    data: new Float32Array(rows * columns),
  });

  test("undoes peftTensors", () => {
    const { layers, heads } = smallAdapter();
    expect(
      layersAndHeads(
        peftTensors<{ shape: readonly number[]; data: Float32Array }>({ layers, heads }),
        rules({ modulesToSave: ["score"] }),
        "f",
      ),
    ).toEqual({ layers, heads });
  });

  test("names every tensor with a value that is not finite", () => {
    const adapter = smallAdapter();
    adapter.layers.get("model.layers.0.self_attn.q_proj")!.loraA.data[5] = Number.NaN;
    adapter.heads.get("score.weight")!.data[1] = Number.NEGATIVE_INFINITY;
    const tensors = peftTensors<{ shape: readonly number[]; data: Float32Array }>(adapter);
    expect(caught(() => layersAndHeads(tensors, rules({ modulesToSave: ["score"] }), "f"))).toMatchObject({
      code: "E_PEFT",
      message:
        "f holds tensors that do not fit:\n" +
        '"base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight" must hold finite numbers, got NaN at element 5\n' +
        '"base_model.model.score.weight" must hold finite numbers, got -Infinity at element 1',
    });
  });

  test("takes a head with a bias", () => {
    const tensors = new Map([["base_model.model.classifier.bias", vector(2)]]);
    expect([...layersAndHeads(tensors, rules({ modulesToSave: ["classifier"] }), "f").heads.keys()]).toEqual([
      "classifier.bias",
    ]);
  });

  test("gives each layer its own rank and alpha, and DoRA's magnitude under its new or its old key", () => {
    const tensors = new Map([
      ["base_model.model.a.lora_A.weight", matrix(3, 4)],
      ["base_model.model.a.lora_B.weight", matrix(6, 3)],
      ["base_model.model.a.lora_magnitude_vector", vector(6)],
      ["base_model.model.b.lora_A.weight", matrix(2, 4)],
      ["base_model.model.b.lora_B.weight", matrix(5, 2)],
      ["base_model.model.b.lora_magnitude_vector.weight", vector(5)],
    ]);
    const own = rules({
      dora: true,
      rankOf: (path) => (path === "a" ? 3 : 2),
      alphaOf: (path) => (path === "a" ? 7 : 16),
    });
    const { layers } = layersAndHeads(tensors, own, "f");
    expect([...layers].map(([path, layer]) => [path, layer.alpha, layer.magnitude])).toEqual([
      ["a", 7, new Float32Array(6)],
      ["b", 16, new Float32Array(5)],
    ]);
  });

  test("wants a magnitude of the layer's height under use_dora, and none without", () => {
    const tensors = new Map<string, ReturnType<typeof vector>>([
      ["base_model.model.a.lora_A.weight", matrix(2, 4)],
      ["base_model.model.a.lora_B.weight", matrix(6, 2)],
      ["base_model.model.b.lora_A.weight", matrix(2, 4)],
      ["base_model.model.b.lora_B.weight", matrix(6, 2)],
      ["base_model.model.b.lora_magnitude_vector", vector(4)],
    ]);
    const problems = (dora: boolean) =>
      caught(() => layersAndHeads(tensors, rules({ dora }), "f"))
        .message.split("\n")
        .slice(1);
    expect(problems(true)).toEqual([
      '"base_model.model.a.lora_A.weight" must come with "base_model.model.a.lora_magnitude_vector" under use_dora, which is missing',
      '"base_model.model.b.lora_magnitude_vector" must have shape [6], got [4]',
    ]);
    expect(problems(false)).toEqual([
      '"base_model.model.b.lora_magnitude_vector" must come with use_dora true, got false',
    ]);
  });

  test("lists every tensor that does not fit, each with its reason", () => {
    const at = (name: string) => `base_model.model.${name}`;
    const tensors = new Map([
      [at("q.lora_A.weight"), matrix(4, 8)], // rank 4, the config says 2
      [at("q.lora_B.weight"), matrix(8, 2)],
      [at("k.lora_A.weight"), matrix(2, 8)], // without its B
      [at("v.lora_B.weight"), matrix(8, 2)], // without its A
      [at("o.lora_A.weight"), vector(2)],
      [at("o.lora_B.weight"), matrix(8, 2)],
      [at("u.lora_magnitude_vector"), vector(8)],
      [at("e.lora_embedding_A"), matrix(2, 8)],
      [at("d.lora_A.default.weight"), matrix(2, 8)],
      [at("score.weight"), matrix(2, 8)], // not in modules_to_save
      ["model.q.lora_A.weight", matrix(2, 8)],
    ]);
    const error = caught(() => layersAndHeads(tensors, rules(), "adapter.safetensors"));
    expect(error.code).toBe("E_PEFT");
    const lines = error.message.split("\n");
    expect(lines[0]).toBe("adapter.safetensors holds tensors that do not fit:");
    expect(lines.slice(1)).toEqual([
      '"base_model.model.q.lora_A.weight" must have shape [rank, in] with rank 2, got [4,8]',
      '"base_model.model.k.lora_A.weight" must come with "base_model.model.k.lora_B.weight", which is missing',
      '"base_model.model.v.lora_B.weight" must come with "base_model.model.v.lora_A.weight", which is missing',
      '"base_model.model.o.lora_A.weight" must have shape [rank, in] with rank 2, got [2]',
      '"base_model.model.u.lora_magnitude_vector" must come with "base_model.model.u.lora_A.weight", which is missing',
      '"base_model.model.e.lora_embedding_A" must be lora_A, lora_B or inside a module of modules_to_save (LoRA on embeddings is not supported)',
      '"base_model.model.d.lora_A.default.weight" must be lora_A, lora_B or inside a module of modules_to_save (without an adapter name in the key)',
      '"base_model.model.score.weight" must be lora_A, lora_B or inside a module of modules_to_save',
      "and 1 more",
    ]);
  });
});

test("a parameter's key is its name in the model that PEFT wraps twice", () => {
  expect(peftKey("score.weight")).toBe("base_model.model.score.weight");
});
