import { objectiveWords } from "@lorank/core/memory";
import { areCountedModules, holds, words } from "../../tools/reading.ts";
import {
  type ConfigFields,
  type ConfigOmission,
  isRecord,
  type Objective,
  type ToolReading,
} from "../../tools/tool.ts";

interface Effect extends Omit<ConfigOmission, "from" | "countedFrom"> {
  readonly paths: string;
  readonly unless?: (value: unknown) => boolean;
  /** Marks a field whose value is a number of texts; a micro-batch of that size already counts it. */
  readonly isBatch?: true;
}

const ofAdapter = { adapterOnly: true } as const;

const isWhole: Effect["unless"] = (size) => size === 1;

/** Tests for heads trained by PEFT for classification. Source: peft 0.21, `PeftModelForSequenceClassification` */
const areHeads = (names: unknown): boolean =>
  [names].flat().every((name) => name === "classifier" || name === "score");

export const effects: readonly Effect[] = [
  more("a second model", "teacher_model use_asft_loss"),
  more("a teacher's logits", "kd_trainer"),
  {
    ...more("an evaluation in larger batches", "eval_batch_size per_device_eval_batch_size"),
    isBatch: true,
  },
  more("losses of early exits", "early_exit_loss"),
  {
    ...more(
      "a cache of generated texts as large as what is free",
      "use_transformers_continuous_batching use_transformers_paged",
    ),
    settledBy: ["generator"],
  },
  more("logits in fp32", "upcast_lmhead_output cast_lm_head_to_fp32"),
  more("norms in fp32", "upcast_layernorm"),
  more("rows that embedding and head grow by", "resize_token_embeddings_to_32x resize_vocab"),

  { ...more("several adapters", "arrow_config"), ...ofAdapter },
  { ...more("trained biases", "bias"), ...ofAdapter },
  { ...more("biases of B", "lora_bias"), ...ofAdapter },
  { ...more("a trained magnitude of each row", "model.use_dora"), ...ofAdapter },
  {
    ...more("modules trained in full", "modules_to_save lora_modules_to_save additional_target"),
    ...ofAdapter,
    unless: (names) => areHeads(names) || areCountedModules(names),
  },
  {
    ...either("a classification head in place of logits", "modules_to_save"),
    settledBy: ["labels"],
    unless: (names) => !areHeads(names),
  },
  {
    ...more("trained rows of the embedding", "trainable_token_indices peft_trainable_token_indices"),
    ...ofAdapter,
  },
  { ...more("what is trained beside A and B", "kasa_config monteclora_config"), ...ofAdapter },
  { ...more("adapters on single parameters", "target_parameters lora_target_parameters"), ...ofAdapter },
  { ...more("repeated layers", "layer_replication peft_layer_replication"), ...ofAdapter },

  {
    ...either(
      "memory split over devices",
      `fsdp_cpu_offload custom_sharded_layers dp_shard_size data_parallel_shard_dim expert_parallel_size
        tensor_parallel_size tensor_parallel_dim tensor_parallel_plan parallelism_config.parallelism_config_tp_size`,
    ),
    unless: isWhole,
  },
  {
    ...either(
      "sequences split over devices",
      `context_parallel_size sequence_parallel_degree
        parallelism_config.parallelism_config_cp_size parallelism_config.parallelism_config_sp_size`,
    ),
    unless: isWhole,
  },
  {
    ...more(
      "shares among fewer cards (a hybrid shard)",
      `dp_replicate_size data_parallel_replicate_dim
        parallelism_config.parallelism_config_dp_replicate_size`,
    ),
    unless: isWhole,
  },
  either("a model that may be split", "max_memory device_map"),
  {
    ...either(
      "rank and layers of the adapter that training goes on from",
      "adapter_name_or_path lora_model_dir",
    ),
    ...ofAdapter,
  },
  either("weights that are trained by name", "unfrozen_parameters"),
  { ...either("other ranks of some layers", "rank_pattern lora_rank_pattern"), ...ofAdapter },
  either("added layers", "use_llama_pro"),
  either("restarts from merged adapters", "relora"),
  { ...either("pooled inputs of A", "use_qalora"), ...ofAdapter },
  either("another quantisation of the experts", "quantize_moe_experts"),
  either("weights quantised while they are trained", "qat quantizer"),
  either("products in 8 bits", "fp8 enable_fp8_training"),
  { ...either("products in 8 bits", "mixed_precision"), unless: (type) => type !== "fp8" },
  either("embeddings in a type of their own", "embeddings_skip_upcast"),
  either("kernels of Unsloth", "use_unsloth"),
  either("a kernel that keeps other activations", "flash_attn_fuse_mlp"),
  either("tokens that skip layers", "mixture_of_depths"),
  either("training by diffusion, with masks of its own", "diffusion"),
  either("attention over pieces of the text", "shift_attn"),

  {
    ...less(
      "layers without an adapter",
      "layers_to_transform peft_layers_to_transform exclude_modules lora_exclude_modules",
    ),
    ...ofAdapter,
  },
  { ...less("block-diagonal A and B", "use_bdlora"), ...ofAdapter, settledBy: ["variant"] },
  { ...less("compressed inputs of adapters", "velora_config"), ...ofAdapter },
  {
    ...less(
      "states that AdamW has and this optimiser has not",
      "use_galore use_apollo use_badam use_adam_mini use_muon",
    ),
    settledBy: ["optimizer"],
  },
  less("layers that are frozen", "lisa_n_layers spectrum_top_fraction"),
  less("layers in the host's memory", "layer_offloading lora_on_cpu use_kt"),
  less("compiled code that keeps fewer activations", "torch_compile"),
  {
    ...less("compiled code that keeps fewer activations", "dynamo_config"),
    unless: (config) => !isRecord(config) || [undefined, "NO"].some((none) => config.dynamo_backend === none),
  },
  less("checkpointing of some operations", "selective_checkpointing ac_mode"),
  less("kernels that keep fewer activations", "use_v1_kernels liger_glu_activation liger_swiglu"),
  less("gradients written over the logits", "liger_cross_entropy"),
  less("logits that preference training leaves out", "dpo_use_liger_kernel dpo_use_logits_to_keep"),
  less("an MLP that runs in pieces", "tiled_mlp"),
];

function more(what: string, paths: string): Effect {
  return { what, direction: "more", paths };
}

function less(what: string, paths: string): Effect {
  return { what, direction: "less", paths };
}

function either(what: string, paths: string): Effect {
  return { what, direction: "either", paths };
}

/** Names of objectives in sentences, those without an estimate too. */
const namesInWords: Readonly<Record<Objective, string>> = {
  ...objectiveWords,
  ...{ ppo: "PPO", distillation: "distillation", other: "this training" },
};

/** Omission of all that a run for an objective without an estimate takes beyond supervised fine-tuning. */
export function objectiveOmission(objective: Objective, from: string): ConfigOmission {
  const what = `what ${namesInWords[objective]} takes beyond supervised fine-tuning`;
  return { what, direction: "more", from, settledBy: ["objective"] };
}

export function notCountedFields(fields: ConfigFields, { notCounted }: ToolReading): ConfigOmission[] {
  const shared = effects.flatMap(({ paths, unless, isBatch, ...effect }) =>
    words(paths)
      .filter((path) => fields.isOn(path) && unless?.(fields.get(path)) !== true)
      .map((path) => {
        const countedFrom = isBatch && { countedFrom: Number(fields.get(path)) };
        return { ...effect, ...countedFrom, from: fields.at(path) };
      }),
  );
  const own = notCounted
    .filter(({ only }) => holds(only, fields))
    .map(({ only: _, path, from = fields.at(path), ...row }) => {
      const words = typeof from === "function" ? from(fields) : from;
      return words === "" ? row : { ...row, from: words };
    });
  return [...shared, ...own];
}
