import { answerSentence, matchCatalogueModel, methodsOf, type NotCounted } from "@lorank/core/memory";
import { describe, expect, test } from "vitest";
import { readMemoryFlags } from "../../src/commands/memory/choices.ts";
import { type ModelMemory, modelMemory } from "../../src/commands/memory/estimate.ts";
import type { NamedConfig } from "../../src/commands/memory/model-config.ts";
import { printModels } from "../../src/commands/memory/print-answer.ts";
import { flagsOf } from "../../src/commands/memory/print-card.ts";
import { createOutput, type Output } from "../../src/output.ts";
import { readText } from "../training-configs.ts";

interface Asked {
  readonly model?: string;
  readonly file?: string;
  readonly flags?: Readonly<Record<string, string>>;
  readonly more?: Readonly<Record<string, unknown>>;
  readonly leftOut?: NamedConfig["leftOut"];
}

function answered({ model = "llama-3.1-8b", file, flags = {}, more, leftOut }: Asked): ModelMemory {
  const training = file === undefined ? undefined : { file: "training.yaml", config: readText(file) };
  const config = { ...matchCatalogueModel(model)!.model.config, ...more };
  const found = { name: model, config, ...(leftOut && { leftOut }) };
  return modelMemory(found, training, readMemoryFlags(flags));
}

/** Everything that is printed below the answer, the cells of its tables too. */
function printed({ config: _, ...memory }: ModelMemory): string {
  const lines: string[] = [];
  const print = (text = "") => void lines.push(text);
  const table: Output["table"] = (columns, rows) =>
    rows.forEach((row) => {
      print(columns.map(({ cell }) => cell(row)).join(" | "));
    });
  const output: Output = { ...createOutput({ color: false }), print, say: print, table };
  printModels(output, [memory], { model: memory.model.name, modelFrom: "" }, { all: false });
  return lines.join("\n");
}

/** Too small for what any of these cases counts, of a common size, and large enough. */
const sizes = ["4GB", "24GB", "192GB"];

const axolotl = (lines: string) =>
  `base_model: m\nadapter: lora\nlora_r: 16\nlora_dropout: 0.05\nlora_target_linear: true\nsequence_len: 2048\n${lines}`;
const llamaFactory = (lines: string) =>
  `model_name_or_path: m\nlora_rank: 8\nbf16: true\nper_device_train_batch_size: 1\n${lines}`;
const trl = (lines: string) =>
  `model_name_or_path: m\nuse_peft: true\nlora_r: 8\nlora_target_modules: all-linear\ndtype: bfloat16\nmax_length: 512
per_device_train_batch_size: 1\n${lines}`;
const torchtune = (lines: string, builder = "llama3_1_8b") =>
  `${lines}\nmodel:\n  _component_: torchtune.models.llama3_1.${builder}\n  lora_attn_modules: [q_proj]
batch_size: 2\ndtype: bf16\ntokenizer: { max_seq_len: 512 }\nenable_activation_checkpointing: true
optimizer: { _component_: bitsandbytes.optim.PagedAdamW8bit }`;
const peft = (lines: string) => `peft_type: LORA\nr: 8\ntarget_modules: [q_proj]\n${lines}`;

const accelerate = (lines: string) => `compute_environment: LOCAL_MACHINE\nnum_processes: 1\n${lines}`;

const more = (what: string, from?: string) => fact("more", what, from);
const less = (what: string, from?: string) => fact("less", what, from);
const either = (what: string, from?: string) => fact("either", what, from);

function fact(direction: NotCounted["direction"], what: string, from?: string) {
  return { what, direction, ...(from !== undefined && { from }) };
}

const beyond = (objective: string) => `what ${objective} takes beyond supervised fine-tuning`;
const shared = "what several cards share";
const files: readonly (readonly [file: string, ReturnType<typeof fact>])[] = [
  [axolotl("lora_modules_to_save: [norm]"), more("modules trained in full", "lora_modules_to_save norm")],
  [axolotl("eval_batch_size: 8"), more("an evaluation in larger batches", "eval_batch_size 8")],
  [axolotl("liger_swiglu: true"), less("kernels that keep fewer activations", "liger_swiglu true")],
  [axolotl("deepspeed: zero3.json"), either(shared, "deepspeed zero3.json")],
  [
    axolotl("deepspeed: zero3_cpuoffload.json"),
    either(
      shared,
      "deepspeed zero3_cpuoffload.json keeps a part in the host's memory, which is not modelled",
    ),
  ],
  [axolotl("fsdp: [full_shard]"), either(shared, "fsdp full_shard")],
  [
    axolotl("deepspeed: zero0.json"),
    more("buckets in which several cards exchange gradients", "deepspeed zero0.json"),
  ],
  [axolotl("rl: ebft"), more(beyond("this training"), "rl ebft")],
  [
    axolotl("diffusion: { eps: 0.1 }"),
    either("training by diffusion, with masks of its own", 'diffusion {"eps":0.1}'),
  ],
  [llamaFactory("stage: ppo"), more(beyond("PPO"), "stage ppo")],
  [
    trl("teacher_model_name_or_path: org/t"),
    more(beyond("distillation"), "teacher_model_name_or_path org/t"),
  ],
  [axolotl("optimizer: muon"), less("states that AdamW has and this optimiser has not", "optimizer muon")],
  [trl("use_liger_kernel: true"), less("kernels that keep fewer activations", "use_liger_kernel true")],
  [
    llamaFactory("additional_target: q_norm,k_norm"),
    more("modules trained in full", "additional_target q_norm,k_norm"),
  ],
  [
    torchtune("# tune run --nproc_per_node 2 lora_finetune_distributed --config x", "lora_llama3_1_8b"),
    either("weights and states that a recipe for several cards shares", "lora_finetune_distributed"),
  ],
  [
    torchtune("fsdp_cpu_offload: False"),
    either("weights and states that a recipe for several cards shares", "fsdp_cpu_offload false"),
  ],
  [
    llamaFactory("enable_liger_kernel: true"),
    less("kernels that keep fewer activations", "enable_liger_kernel true"),
  ],
  [axolotl("num_labels: 2"), either("a classification head in place of logits", "num_labels 2")],
  [axolotl("dp_replicate_size: 2"), more("shares among fewer cards (a hybrid shard)", "dp_replicate_size 2")],
  [accelerate("mixed_precision: fp8"), either("products in 8 bits", "mixed_precision fp8")],
  [
    accelerate("dynamo_config: { dynamo_backend: INDUCTOR }"),
    less("compiled code that keeps fewer activations", 'dynamo_config {"dynamo_backend":"INDUCTOR"}'),
  ],
  [
    accelerate("parallelism_config: { parallelism_config_tp_size: 2 }"),
    either("memory split over devices", "parallelism_config.parallelism_config_tp_size 2"),
  ],
  [peft("bias: all"), more("trained biases", "bias all")],
  [
    peft("modules_to_save: [score]"),
    either("a classification head in place of logits", "modules_to_save score"),
  ],
];

type Case = readonly [asked: Asked, fact: ReturnType<typeof fact>];

const models: readonly Case[] = [
  [{ model: "gemma-3-4b" }, more("parts that read images or sound")],
  [{ model: "qwen3-next-80b-a3b", flags: { targets: "q_proj" } }, either("activations of linear attention")],
  [
    { more: { quantization_config: { quant_method: "awq" } } },
    less("quantisation of the model itself", "quantization_config awq"),
  ],
  [
    { file: axolotl("").replace("base_model: m", "base_model: m-AWQ") },
    less("quantisation of the model itself", "m-AWQ"),
  ],
  [{ leftOut: ["num_loops 8"] }, either("other sizes of the model", "num_loops 8")],
];

const cases: readonly Case[] = [...files.map(([file, fact]): Case => [{ file }, fact]), ...models];

describe("what a config or a model leaves uncounted", () => {
  test.each(cases)("is in the first line and in the document (%#)", (asked, { what, direction, from }) => {
    const model = answered(asked);
    const first = answerSentence([model], flagsOf);
    const words = from === undefined ? what : `${what} (${from})`;
    expect(first).toMatch(/^[^;]+ (needs?|fits?) [^;]+; not counted: /);
    expect(first).toContain(`; not counted: ${words}`);
    const [omission, ...others] = model.notCounted;
    expect(omission).toMatchObject({ what, direction, ...(from !== undefined && { from }) });
    expect(others).toEqual([]);
    expect(first).toContain({ more: "at least", less: "at most", either: "of what is counted" }[direction]);
  });

  test.each(cases)("leaves only what holds all the same to be said of cards (%#)", (asked, { direction }) => {
    const on = (gpu: string) => {
      const model = answered({ ...asked, flags: { ...asked.flags, gpu } });
      return { first: answerSentence([model], flagsOf), rest: printed(model), model };
    };
    const all = sizes.map(on);
    for (const { first, rest, model } of all) {
      const text = `${first}\n${rest}`;
      expect(text).not.toMatch(/no change of settings|All of these together|none of the common ones/);
      if (direction !== "less") {
        expect(text).not.toMatch(/\bfits\b|surely fits|smallest card that surely/);
        expect(model.gpu).toMatchObject({
          sequence: null,
          largest: { rank: null, microBatch: null, seq: null },
        });
        expect(model.results.every(({ cards }) => cards.fits === null)).toBe(true);
      }
      if (direction !== "more") {
        expect(text).not.toMatch(/does not fit|do not fit/);
        expect(model.results.every(({ cards }) => cards.mayFit === null)).toBe(true);
      }
    }
    const of = (index: number) => methodsOf(all[index]!.model)[0].largest.fit;
    expect(of(0)).toBe(direction === "more" ? "does not fit" : "may fit");
    expect(of(2)).toBe(direction === "less" ? "fits" : "may fit");
  });
});

describe("what is counted, or settled", () => {
  test.each<[Asked]>([
    [{ file: axolotl("my_own_key: 3") }],
    [{ file: axolotl("eval_batch_size: 1") }],
    [{ file: axolotl("optimizer: muon"), flags: { optimizer: "lion" } }],
    [{ file: axolotl("eval_batch_size: 8"), flags: { microBatch: "8" } }],
    [{ file: axolotl("lora_modules_to_save: []\nrl:\nreward_model: false") }],
    [{ file: llamaFactory("stage: pt") }],
    [{ file: accelerate("mixed_precision: bf16\ndynamo_config: { dynamo_backend: 'NO' }") }],
    [{ file: axolotl("deepspeed: zero3.json"), flags: { gpu: "2x24GB" } }],
    [{ file: axolotl("deepspeed: zero3.json"), flags: { gpu: "1x24GB" } }],
    [{ file: torchtune("fsdp_cpu_offload: False"), flags: { gpu: "2x24GB", strategy: "fsdp" } }],
    [{ file: peft("modules_to_save: [classifier, score]"), flags: { labels: "2" } }],
    [{ file: axolotl("").replace("base_model: m", "base_model: m-AWQ"), flags: { base: "gptq" } }],
    [{ more: { quantization_config: { quant_method: "awq" } }, flags: { base: "gptq" } }],
    [{ model: "mixtral-8x7b", flags: { targets: "q_proj,v_proj" } }],
    [{ model: "qwen3-30b-a3b" }],
    [{ model: "mixtral-8x7b", flags: { method: "qlora", targets: "q_proj", profile: "trl-2024" } }],
    [{ model: "mixtral-8x7b", flags: { method: "full" } }],
  ])("leaves the answer as it is (%#)", (asked) => {
    const model = answered(asked);
    expect(model.notCounted).toEqual([]);
    expect(answerSentence([model], flagsOf)).not.toMatch(/not counted|at least|at most/);
  });

  test("full fine-tuning has no adapter whose parts could be left out", () => {
    const file = "peft_type: LORA\nr: 8\ntarget_modules: [q_proj]\nuse_qalora: true\n";
    const [lora, , full] = answered({ file, flags: { method: "compare", ranks: "8" } }).results;
    expect(lora!.notCounted).toHaveLength(1);
    expect(full!.notCounted).toEqual([]);
  });
});

test.each([
  [axolotl("rl: dpo"), "DPO, 1 pair of 2 × 2,048 tokens"],
  [axolotl("rl: kto"), "KTO, 1 × 2,048 tokens"],
  [axolotl("reward_model: true"), "a reward model, 1 pair of 2 × 2,048 tokens"],
  [llamaFactory("stage: dpo"), "DPO, 1 pair of 2 × 2,048 tokens"],
  [llamaFactory("stage: dpo\npref_loss: orpo"), "ORPO, 1 pair of 2 × 2,048 tokens"],
  [llamaFactory("stage: rm"), "a reward model, 1 pair of 2 × 2,048 tokens"],
  [trl("loss_type: apo_zero"), "DPO, 1 pair of 2 × 512 tokens"],
  [trl("desirable_weight: 1.0\nbeta: 0.1"), "KTO, 1 × 512 tokens"],
  [
    torchtune("loss: { _component_: torchtune.rlhf.loss.DPOLoss }", "lora_llama3_1_8b"),
    "DPO, 2 pairs of 2 × 512 tokens",
  ],
])("an objective of preferences is counted by its config alone (%#)", (file, words) => {
  const memory = answered({ file, flags: { gpu: "192GB" } });
  expect(answerSentence([memory], flagsOf)).toContain(words);
  expect(memory.notCounted.map(({ what }) => what).join()).not.toContain("beyond supervised");
});

test("a config's reference model and precomputed log-probabilities are read", () => {
  const bytes = (file: string) => methodsOf(answered({ file }))[0].largest.allocatedBytes;
  const dpo = llamaFactory("stage: dpo");
  expect(bytes(`${dpo}\nref_model: org/m`)).toBeGreaterThan(bytes(dpo) + 15e9);
  const offline = axolotl("rl: dpo\nprecompute_ref_log_probs: true");
  expect(bytes(offline)).toBeLessThanOrEqual(bytes(axolotl("rl: dpo")));
  expect(answered({ file: offline }).notCounted).toEqual(answered({ file: axolotl("rl: dpo") }).notCounted);
});

test("what needs more and what needs less leave nothing to claim", () => {
  const file = axolotl("rl: ebft\ndpo_use_liger_kernel: true");
  for (const gpu of sizes)
    expect(answerSentence([answered({ file, flags: { gpu } })], flagsOf)).toMatch(
      /may fit \([\d.]+–[\d.]+ GB of what is counted\); not counted: [^;]+ \(rl ebft\), [^;]+ \(dpo_use_liger_kernel true\)\.$/,
    );
});

test("experts count where their adapters are given up", () => {
  const onCard = (flags: Record<string, string>) =>
    answerSentence(
      [answered({ model: "qwen3-30b-a3b", flags: { ranks: "8", gpu: "192GB", ...flags } })],
      flagsOf,
    );
  const gigabytes = (flags: Record<string, string>) => Number(/fits? \(([\d.]+)/.exec(onCard(flags))![1]);
  const all = gigabytes({});
  expect(onCard({})).toMatch(/: rank 8 with LoRA fits \([\d.]+–[\d.]+ GB\)\.$/);
  // 498 M parameters at 16 bytes, against 4 M
  expect(all - gigabytes({ targets: "q_proj,k_proj,v_proj,o_proj" })).toBeGreaterThan(16 * 0.49);
  expect(onCard({ gpu: "40GB" })).toMatch(/ does not fit \([^;]+GB\); no change of settings/);
});

test("a base in 4 bits is no promise for a model whose experts stay in 16", () => {
  const asked = { model: "qwen3-30b-a3b", flags: { targets: "q_proj,v_proj", gpu: "40GB" } };
  const first = answerSentence([answered(asked)], flagsOf);
  expect(first).toMatch(/ranks 4 to 64 with LoRA do not fit .*; no change of settings makes rank 64 fit\.$/);
});

test("several models share what no one's figures count, and have their own beside them", () => {
  const file = axolotl("rl: ebft").replace("lora_target_linear: true", "lora_target_modules: [q_proj]");
  const sentence = answerSentence(
    ["llama-3.2-1b", "gemma-3-4b"].map((model) => answered({ model, file, flags: { gpu: "192GB" } })),
    flagsOf,
  );
  expect(sentence).toMatch(
    /: llama-3\.2-1b may fit \(at least [\d.]+ GB\); gemma-3-4b may fit \(at least [\d.]+ GB\), not counted: parts that read images or sound; not counted: what this training takes beyond supervised fine-tuning \(rl ebft\)\.$/,
  );
});
