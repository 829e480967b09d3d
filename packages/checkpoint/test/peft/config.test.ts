import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/json.ts";
import { parsePeftConfig, peftConfigText } from "../../src/peft/config.ts";
import { counting, smallAdapter } from "../helpers/adapters.ts";
import { caught } from "../helpers/caught.ts";

const written = (changes: Parameters<typeof smallAdapter>[0] = {}): JsonObject =>
  JSON.parse(peftConfigText(smallAdapter(changes)));

describe("peftConfigText", () => {
  test("has PEFT's fields, sorted, and PEFT's spacing", () => {
    const text = peftConfigText(smallAdapter({ targetModules: ["v_proj", "q_proj"] }));
    expect(JSON.parse(text)).toEqual({
      peft_type: "LORA",
      r: 2,
      lora_alpha: 16,
      lora_dropout: 0.05,
      bias: "none",
      fan_in_fan_out: false,
      task_type: "SEQ_CLS",
      base_model_name_or_path: "tiny",
      inference_mode: true,
      init_lora_weights: true,
      use_rslora: false,
      use_dora: false,
      target_modules: ["q_proj", "v_proj"],
      modules_to_save: ["classifier", "score"],
      rank_pattern: {},
      alpha_pattern: {},
      layers_to_transform: null,
      layers_pattern: null,
      revision: null,
      auto_mapping: null,
      loftq_config: {},
      layer_replication: null,
      megatron_config: null,
      megatron_core: "megatron.core",
    });
    const keys = [...text.matchAll(/^ {2}"(\w+)"/gm)].map((match) => match[1]);
    expect(keys).toEqual(keys.toSorted());
    expect(text.endsWith("\n}")).toBe(true); // json.dumps adds no newline
  });

  test.each([
    ["org/name", "org/name", null],
    ["org/name@v1", "org/name", "v1"],
    ["/models/tiny@v1", "/models/tiny@v1", null],
    ["org/name@v1:a.gguf", "org/name@v1:a.gguf", null],
  ])("names the base %s as PEFT looks for it", (baseModel, base, revision) => {
    expect(written({ baseModel })).toMatchObject({ base_model_name_or_path: base, revision });
  });

  test("marks rsLoRA", () => {
    expect(written({ scalingRule: "rslora" }).use_rslora).toBe(true);
  });

  test("gives the adapter's own rank and alpha, and a pattern for each layer that differs", () => {
    const [a, b, c] = ["model.layers.0.q_proj", "model.layers.1.q_proj", "model.layers.2.q_proj"];
    const layer = (rank: number, alpha: number) => ({
      loraA: counting(rank, 4),
      loraB: counting(6, rank),
      alpha,
    });
    const layers = new Map([
      [a, layer(2, 16)],
      [b, layer(4, 16)],
      [c, layer(2, 3)],
    ]);
    expect(written({ layers, dora: true, fanInFanOut: true })).toMatchObject({
      r: 2,
      lora_alpha: 16,
      rank_pattern: { [b]: 4 },
      alpha_pattern: { [c]: 3 },
      use_dora: true,
      fan_in_fan_out: true,
    });
  });

  test("names trained modules: PEFT's two for a classifier, the head's own otherwise, null for none", () => {
    expect(written({ heads: new Map() }).modules_to_save).toBeNull();
    const lmHead = new Map([["lm_head.weight", counting(2, 4)]]);
    expect(written({ taskType: "CAUSAL_LM", heads: lmHead }).modules_to_save).toEqual(["lm_head"]);
    const more = new Map([
      ["score.weight", counting(2, 4)],
      ["model.pooler.dense.bias", counting(1, 4)],
      ["model.pooler.dense.weight", counting(1, 4)],
    ]);
    expect(written({ heads: more }).modules_to_save).toEqual(["classifier", "score", "model.pooler.dense"]);
    const nested = new Map([["classifier.out_proj.weight", counting(2, 4)]]);
    expect(written({ heads: nested }).modules_to_save).toEqual(["classifier", "score"]);
  });
});

describe("parsePeftConfig", () => {
  const tasks = "SEQ_CLS, CAUSAL_LM, SEQ_2_SEQ_LM, TOKEN_CLS, QUESTION_ANS, FEATURE_EXTRACTION or null";
  const least = {
    peft_type: "LORA",
    r: 8,
    lora_alpha: 16,
    target_modules: ["q_proj"],
    task_type: "CAUSAL_LM",
  };
  const parse = (changes: JsonObject) => parsePeftConfig({ ...least, ...changes }, "adapter_config.json");
  const problems = (changes: JsonObject) =>
    caught(() => parse(changes))
      .message.split("\n")
      .slice(1);

  test("takes the least that says what the tensors mean, and PEFT's defaults for the rest", () => {
    const { rankOf, alphaOf, ...facts } = parse({});
    expect([rankOf("any.q_proj"), alphaOf("any.q_proj")]).toEqual([8, 16]);
    expect(facts).toEqual({
      rank: 8,
      alpha: 16,
      scalingRule: "lora",
      dropout: 0,
      dora: false,
      fanInFanOut: false,
      targetModules: ["q_proj"],
      taskType: "CAUSAL_LM",
      baseModel: "",
      modulesToSave: [],
      targetsNarrowed: false,
    });
  });

  test.each([
    ["org/name", "v1", "org/name@v1"],
    ["org/name", "main", "org/name"],
    ["org/name", null, "org/name"],
    ["./model", "v1", "./model"],
  ])("takes the base %s at revision %s for %s", (base, revision, baseModel) => {
    expect(parse({ base_model_name_or_path: base, revision }).baseModel).toBe(baseModel);
  });

  test("takes a regular expression, null for no modules, and ignores fields of later releases", () => {
    const config = parse({
      target_modules: ".*q_proj",
      modules_to_save: null,
      eva_config: null,
      field_of_2030: { x: 1 },
    });
    expect(config.targetModules).toBe(".*q_proj");
    expect(config.modulesToSave).toEqual([]);
  });

  test.each([
    ["use_dora", "yes", 'use_dora must be true or false, got "yes"'],
    [
      "rank_pattern",
      { q_proj: 0 },
      'rank_pattern must be positive integers by pattern, each of 1 to 300 characters, got {"q_proj":0}',
    ],
    [
      "alpha_pattern",
      { q_proj: 4, "": 4 },
      'alpha_pattern must be a positive number of at most 1000000000, by pattern, each of 1 to 300 characters, got {"q_proj":4,"":4}',
    ],
    ["use_bdlora", true, "use_bdlora must be null (block-diagonal LoRA is not supported), got true"],
    ["bias", "all", 'bias must be "none" (a trained bias is not supported), got "all"'],
    ["lora_bias", true, "lora_bias must be false (a bias on B is not supported), got true"],
    ["fan_in_fan_out", 1, "fan_in_fan_out must be true or false, got 1"],
    ["lora_alpha", -1, "lora_alpha must be a positive number of at most 1000000000, got -1"],
    ["lora_alpha", 1e308, "lora_alpha must be a positive number of at most 1000000000, got 1e+308"],
    ["use_qalora", true, "use_qalora must be false (QA-LoRA is not supported), got true"],
    [
      "layer_replication",
      [[0, 2]],
      "layer_replication must be null (repeating layers is not supported), got [[0,2]]",
    ],
    [
      "trainable_token_indices",
      [1],
      "trainable_token_indices must be null (training single tokens is not supported), got [1]",
    ],
    [
      "target_parameters",
      ["w"],
      'target_parameters must be null (LoRA on parameters that are no layer is not supported), got ["w"]',
    ],
    [
      "alora_invocation_tokens",
      [1],
      "alora_invocation_tokens must be null (activated LoRA is not supported), got [1]",
    ],
    [
      "init_lora_weights",
      "pissa_niter_4",
      'init_lora_weights must be true (an initialisation that changes the base weights is not supported), got "pissa_niter_4"',
    ],
    ["peft_type", "LOHA", 'peft_type must be "LORA", got "LOHA"'],
    ["r", 0, "r must be a positive integer, got 0"],
    ["r", undefined, "r must be a positive integer, got nothing"],
    ["lora_alpha", "16", 'lora_alpha must be a positive number of at most 1000000000, got "16"'],
    ["lora_dropout", 1.5, "lora_dropout must be a number from 0 to 1, got 1.5"],
    ["target_modules", null, "target_modules must be a list of names or a regular expression, got null"],
    ["task_type", "SEGMENTATION", `task_type must be ${tasks}, got "SEGMENTATION"`],
    ["modules_to_save", "score", 'modules_to_save must be a list of names or null, got "score"'],
    ["use_rslora", "yes", 'use_rslora must be true or false, got "yes"'],
  ])("refuses %s: %j by name", (field, value, problem) => {
    expect(problems({ [field]: value })).toEqual([problem]);
  });

  test.each([["gaussian"], ["eva"], ["orthogonal"], [false]])(
    "takes init_lora_weights %s, which leaves the base alone",
    (init) => {
      expect(parse({ init_lora_weights: init }).rank).toBe(8);
    },
  );

  test("lists all problems at once", () => {
    expect(problems({ use_qalora: true, r: -1, task_type: "" })).toEqual([
      "use_qalora must be false (QA-LoRA is not supported), got true",
      "r must be a positive integer, got -1",
      `task_type must be ${tasks}, got ""`,
    ]);
  });
});
