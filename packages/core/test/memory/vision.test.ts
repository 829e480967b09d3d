import { describe, expect, test } from "vitest";
import { findCatalogueModel } from "../../src/catalogue/catalogue.ts";
import { estimateRanks, profileOf } from "../../src/memory.ts";
import { modelShapeFromConfig, selectTargets, withVision } from "../../src/models.ts";

type Profile = Parameters<typeof profileOf>[0];

/** Options for image tokens in sequences of 1024, LoRA of rank 8 on bf16. */
function optionsOf(name: string, imageTokens: number | undefined, profileName: Profile = "peft") {
  const { config } = findCatalogueModel(name)!;
  const text = modelShapeFromConfig(config);
  const shape = imageTokens === undefined ? text : withVision(text, config);
  const profile = profileOf(profileName);
  const targets = selectTargets(shape, "all-linear", profile.traits);
  return {
    shape,
    targets,
    profile,
    ranks: [8],
    base: "bf16",
    microBatch: 1,
    seq: 1024,
    imageTokens,
  } as const;
}

const whats = (options: Parameters<typeof estimateRanks>[0]) =>
  estimateRanks(options).notCounted.map(({ what }) => what);

describe("image tokens", () => {
  test("of a model are asked for where they are not stated", () => {
    const { assumptions, notCounted } = estimateRanks(optionsOf("qwen3-vl-4b", undefined));
    expect(assumptions.model).toEqual([
      "Only the language model is counted, not the parts that read images or sound. With image tokens (setting imageTokens) images are counted.",
    ]);
    expect(notCounted).toEqual([{ what: "parts that read images or sound", direction: "more" }]);
  });

  test("add weights, adapters and activations, and leave nothing uncounted", () => {
    const [without, none, some] = [undefined, 0, 512].map(
      (tokens) => estimateRanks(optionsOf("qwen3-vl-4b", tokens)).largestRank.estimate,
    );
    expect(none!.staticBytes).toBeGreaterThan(without!.staticBytes);
    expect(some!.staticBytes).toBe(none!.staticBytes);
    expect(none!.parts.images).toBe(0);
    expect(some!.parts.images).toBeGreaterThan(1e9);
    expect(whats(optionsOf("qwen3-vl-4b", 512))).toEqual([]);
  });

  test("are explained: adapters in the tower, gradients that pass it, or neither", () => {
    const told = (name: string, checkpointing: "on" | "off", targets: readonly string[]) => {
      const options = optionsOf(name, 256);
      const named = selectTargets(options.shape, targets);
      return estimateRanks({ ...options, targets: named, settings: { checkpointing } }).assumptions.model;
    };
    const patches = "Images give 256 tokens of each sequence, by 1,024 patches with pixels in fp32. ";
    const part = (does: string) => [`${patches}The part that reads them ${does}, as in transformers 5.24.`];
    expect(told("qwen3-vl-4b", "on", ["qkv"])).toEqual(part("has adapters too"));
    expect(told("qwen3-vl-4b", "on", ["q_proj"])).toEqual(part("is frozen, and saves no activations"));
    expect(told("qwen2.5-vl-7b", "off", ["q_proj"])).toEqual(part("is frozen, and saves no activations"));
    expect(told("qwen2.5-vl-7b", "on", ["q_proj"])).toEqual(
      part("is frozen, but gradients pass it, because checkpointing asks for them where patches come in"),
    );
    const full = estimateRanks({ ...optionsOf("qwen3-vl-4b", 256), method: "full" });
    expect(full.assumptions.model).toEqual(part("is trained in full"));
  });

  test("name what is not counted in other stacks, eager attention and full fine-tuning", () => {
    const peft = optionsOf("qwen3-vl-4b", 512);
    expect(whats({ ...peft, settings: { attention: "eager" } })).toEqual([
      "scores of eager attention over images",
    ]);
    expect(whats({ ...peft, method: "full" })).toEqual([
      "activations of the part that reads images, trained in full",
    ]);
    expect(whats(optionsOf("qwen3-vl-4b", 512, "unsloth"))).toEqual([
      "what unsloth does otherwise than transformers for images",
    ]);
  });

  test("have no adapters in LLaMA-Factory's tower, which it freezes", () => {
    const options = optionsOf("qwen2.5-vl-7b", 512, "llama-factory");
    const text = selectTargets(options.shape.vision!.text, "all-linear");
    expect(options.targets).toEqual(text);
    expect(whats(options)).toEqual(["gradients that llama-factory lets pass the part that reads images"]);
  });

  test("bound the length from below where a smaller one is looked for", () => {
    const options = { ...optionsOf("qwen3-vl-4b", 700), card: { bytes: 22e9 } };
    const { advice } = estimateRanks(options);
    expect(advice!.single.filter(({ set }) => "seq" in set)).toEqual([]);
    expect(advice!.largest.seq).toBeNull();
    const fewer = estimateRanks({ ...options, ...optionsOf("qwen3-vl-4b", 100) }).advice!;
    expect(fewer.single.filter(({ set }) => "seq" in set)).toHaveLength(1);
    expect(fewer.largest.seq).toBeGreaterThan(100);
  });
});
