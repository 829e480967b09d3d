import { countLoraParams } from "@lorank/core";
import { modelShapeFromConfig, selectTargets } from "@lorank/core/models";
import { expect, test } from "vitest";
import { rankSize } from "../../src/base/trained-sizes.ts";
import { familyOf } from "../../src/families/families.ts";

const config = {
  model_type: "llama",
  hidden_size: 64,
  intermediate_size: 160,
  num_hidden_layers: 3,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  vocab_size: 100,
  rms_norm_eps: 1e-5,
  tie_word_embeddings: true,
};

test.each([[["q_proj", "v_proj"]], [["down_proj"]]])(
  "agrees with the count of @lorank/core for %s",
  (targets) => {
    const family = familyOf(config);
    const head = family.head({ kind: "classification", labels: 2 });
    const cost = rankSize(family, head, { rank: 8, targetModules: targets, dora: false });
    expect(cost.loraParams).toBe(countLoraParams(selectTargets(modelShapeFromConfig(config), targets), 8));
    expect(cost.trainableParams).toBe(cost.loraParams + 2 * 64);
    expect(cost.optimizerBytes).toBe(8 * cost.trainableParams);
  },
);

test("counts a magnitude for each row of a target under DoRA, as @lorank/core does", () => {
  const family = familyOf(config);
  const head = family.head({ kind: "causal-lm" });
  const targetModules = ["q_proj", "v_proj"];
  const [plain, dora] = [false, true].map((on) =>
    rankSize(family, head, { rank: 8, targetModules, dora: on }),
  );
  // 3 layers; q_proj has 64 rows, v_proj 2 heads of 16
  expect(dora!.loraParams - plain!.loraParams).toBe(3 * (64 + 32));
  expect(dora!.loraParams).toBe(
    countLoraParams(selectTargets(modelShapeFromConfig(config), targetModules), 8, { dora: true }),
  );
  expect(plain!.trainableParams).toBe(plain!.loraParams); // no head is trained to predict tokens
});

test("counts each layer at its own rank", () => {
  const family = familyOf(config);
  const head = family.head({ kind: "causal-lm" });
  const rankPattern = [
    { pattern: "0.self_attn.v_proj", rank: 3 },
    { pattern: "v_proj", rank: 16 },
  ];
  const { rank, loraParams } = rankSize(family, head, {
    rank: 8,
    targetModules: ["q_proj", "v_proj"],
    rankPattern,
  });
  expect(rank).toBe(8);
  expect(loraParams).toBe(3 * 8 * (64 + 64) + (3 + 16 + 16) * (64 + 32));
});
