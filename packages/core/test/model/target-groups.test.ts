import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { catalogueModels, findCatalogueModel } from "../../src/catalogue/catalogue.ts";
import { singleLinears } from "../../src/model/linear-shapes.ts";
import { modelShapeFromConfig } from "../../src/model/model-shape.ts";
import type { ModelHead, ModelShape } from "../../src/model/shape.ts";
import { groupNames, targetGroups } from "../../src/model/target-groups.ts";
import { targetLayers } from "../../src/model/targets.ts";

interface StructureCase {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly head: ModelHead;
}

/** Written by scripts/reference/structures_fixture.py: configs of each family, small and with every head. */
const fixture = new URL("../fixtures/model-structures.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(fixture, "utf8")) as { readonly cases: readonly StructureCase[] };

const ofCases = cases.map(
  ({ name, config, head }) => [name, modelShapeFromConfig(config, { head })] as const,
);
const ofCatalogue = catalogueModels().map(({ id, config }) => [id, modelShapeFromConfig(config)] as const);

const selected = (shape: ModelShape, names: readonly string[]) =>
  names.length === 0 ? [] : targetLayers(shape, names).map(({ path }) => path);

describe("groupNames", () => {
  test.each([...ofCases, ...ofCatalogue])("splits the block layers of %s in two", (_, shape) => {
    const [attention, mlp] = targetGroups.map((group) => selected(shape, groupNames(shape, group)));
    const inBlocks = shape.linears
      .filter(({ role }) => role === "block")
      .flatMap(singleLinears)
      .map(({ path }) => path);
    expect(attention!.length).toBeGreaterThan(0);
    expect(
      attention!.filter((path) => /mlp|ffn|feed_forward|experts|fc[12]|intermediate/.test(path)),
    ).toEqual([]);
    expect([...attention!, ...mlp!].sort()).toEqual(inBlocks.sort());
  });

  // Module names of transformers 5.24: attention's, then the feed-forward network's.
  test.each([
    ["llama-3.1-8b", ["q_proj", "k_proj", "v_proj", "o_proj"], ["gate_proj", "up_proj", "down_proj"]],
    ["qwen2.5-7b", ["q_proj", "k_proj", "v_proj", "o_proj"], ["gate_proj", "up_proj", "down_proj"]],
    ["phi-2", ["q_proj", "k_proj", "v_proj", "dense"], ["fc1", "fc2"]],
    ["pythia-1.4b", ["query_key_value", "dense"], ["dense_h_to_4h", "dense_4h_to_h"]],
    ["gpt2", ["c_attn", "attn.c_proj"], ["c_fc", "mlp.c_proj"]],
  ])("names as few parts as %s needs", (name, attention, mlp) => {
    const shape = modelShapeFromConfig(findCatalogueModel(name)!.config);
    expect(groupNames(shape, "attention").sort()).toEqual(attention.sort());
    expect(groupNames(shape, "mlp").sort()).toEqual(mlp.sort());
  });

  test.each(["bert", "roberta"])("selects %s's layers although one ends as another does", (type) => {
    const config = {
      model_type: type,
      ...{ hidden_size: 8, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 16 },
      ...{ vocab_size: 50, max_position_embeddings: 20, type_vocab_size: 1 },
    };
    const shape = modelShapeFromConfig(config, { head: { kind: "classification", labels: 2 } });
    const inLayer = (group: (typeof targetGroups)[number]) =>
      selected(shape, groupNames(shape, group))
        .filter((path) => path.includes("layer.0."))
        .map((path) => path.split("layer.0.")[1]!);
    expect(inLayer("attention").sort()).toEqual([
      "attention.output.dense",
      "attention.self.key",
      "attention.self.query",
      "attention.self.value",
    ]);
    expect(inLayer("mlp").sort()).toEqual(["intermediate.dense", "output.dense"]);
  });
});
