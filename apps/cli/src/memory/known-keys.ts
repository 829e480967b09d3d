import { editDistance, nearest } from "../text.ts";
import { words } from "../tools/reading.ts";
import type { ConfigFields, ConfigValueName, ToolReading } from "../tools/tool.ts";

type Readings = ReadonlyMap<string, ToolReading>;

/** Effects on memory that are not modelled, and the fields that have each in the tools that know them. */
export const effects: Readonly<Record<string, string>> = {
  "it splits memory over devices": `fsdp_cpu_offload custom_sharded_layers dp_shard_size data_parallel_shard_dim expert_parallel_size
    tensor_parallel_size tensor_parallel_dim tensor_parallel_plan parallelism_config.parallelism_config_tp_size`,
  "it splits sequences over devices": `context_parallel_size sequence_parallel_degree
    parallelism_config.parallelism_config_cp_size parallelism_config.parallelism_config_sp_size`,
  "the model may be split": "max_memory",
  "a second model is in memory": "teacher_model",
  "several adapters are in memory": "arrow_config",
  "training goes on from an adapter, whose rank and layers it keeps": "adapter_name_or_path",
  "preference and reward training hold more than one text's logits, and often a second model": "rl",
  "an evaluation may need more than training": "eval_batch_size per_device_eval_batch_size",

  "biases are trained too": "bias",
  "B has a bias": "lora_bias",
  "a magnitude for each row of an adapted weight is trained too": "model.use_dora",
  "a copy of these modules is trained in full": "modules_to_save lora_modules_to_save additional_target",
  "embedding and head are trained in full": "resize_vocab",
  "embedding and head grow": "resize_token_embeddings_to_32x",
  "rows of the embedding are trained too": "trainable_token_indices peft_trainable_token_indices",
  "these parameters of the base are trained too": "unfrozen_parameters",
  "there is more than A and B to train": "kasa_config monteclora_config",
  "these layers have other ranks": "rank_pattern lora_rank_pattern",
  "these parameters get an adapter too": "target_parameters lora_target_parameters",
  "only these layers get an adapter": "layers_to_transform peft_layers_to_transform",
  "only the added layers get an adapter": "use_llama_pro",
  "these layers get no adapter": "exclude_modules lora_exclude_modules",
  "layers are repeated": "layer_replication",
  "adapters are merged and restarted": "relora",
  "A reads pooled inputs": "use_qalora",
  "A and B are block-diagonal": "use_bdlora",
  "inputs of adapters are kept compressed": "velora_config",

  "experts are quantised in another way": "quantize_moe_experts",
  "weights are quantised while they are trained": "qat quantizer",
  "products run in 8 bits": "fp8",
  "norms are fp32": "upcast_layernorm",
  "logits are fp32": "upcast_lmhead_output",
  "embeddings keep their type": "embeddings_skip_upcast",
  "gradients are freed as the optimiser goes": "optimizer_in_bwd",
  "frozen layers wait in the host's memory": "layer_offloading",
  "parts of the model are in the host's memory": "lora_on_cpu use_kt",

  "compiled code keeps fewer activations": "torch_compile",
  "its kernels keep other activations and no logits": "use_unsloth",
  "axolotl 0.19 has dropped it": `unsloth_cross_entropy_loss unsloth_lora_mlp unsloth_lora_qkv
    unsloth_lora_o unsloth_rms_norm unsloth_rope`,
  "the kernel keeps other activations": "flash_attn_fuse_mlp",
  "the kernel keeps fewer activations": `use_v1_kernels liger_rms_norm liger_glu_activation liger_swiglu
    lora_mlp_kernel lora_qkv_kernel lora_o_kernel`,
  "the kernel writes gradients over the logits": "liger_cross_entropy",
  "the MLP runs in pieces": "tiled_mlp",
  "tokens skip layers": "mixture_of_depths",
  "attention runs over pieces of the text": "shift_attn",
};

/** Paths on which memory depends: those of the rows, and those whose effect is named but not modelled. */
function readPaths({ rows }: ToolReading): string[] {
  return [...rows.flatMap(([path]) => path), ...Object.values(effects).flatMap(words)];
}

/** Every path that a tool knows; any other may be misspelt, or another tool's. */
export function ownPaths(tool: ToolReading): Set<string> {
  const { keys, otherKeys = [], lookalikes } = tool;
  const paths = [...readPaths(tool), ...keys, ...otherKeys, ...words(lookalikes)];
  return new Set(paths.flatMap((path) => [path, ...parentsOf(path)]));
}

function parentsOf(path: string): string[] {
  const end = path.lastIndexOf(".");
  return end < 0 ? [] : [path.slice(0, end)];
}

/** Values that one field decides in every tool, so that the name in another tool says what was meant. */
const comparable = ["rank", "targets", "dropout", "microBatch", "seq", "optimizer", "packing"] as const;

/** A sentence for each key that probably stands for one on which memory depends and which the file does not have. */
export function misspeltKeys(fields: ConfigFields, tool: ToolReading, readings: Readings): string[] {
  const own = ownPaths(tool);
  const known = new Set([...own, ...fields.references()]);
  const parents = new Set([...own].map((path) => path.slice(0, -keyOf(path).length).replace(/\.$/, "")));
  return [...parents]
    .flatMap((parent) => fields.pathsIn(parent))
    .filter((path) => !known.has(path) && fields.has(path))
    .flatMap((path) => {
      const meant = meantBy(path, tool, readings);
      const isNeeded = meant !== undefined && !fields.has(meant);
      return isNeeded ? [`unknown key "${path}". Did you mean ${meant}?`] : [];
    });
}

/** The path that was probably meant: one beside `path`, or that of the field which another tool calls so. */
export function meantBy(path: string, tool: ToolReading, readings: Readings): string | undefined {
  const parent = path.slice(0, -keyOf(path).length);
  const beside = readPaths(tool).filter((each) => each.slice(0, -keyOf(each).length) === parent);
  const paths = new Map([
    ...namesElsewhere(tool, readings),
    ...beside.map((each) => [keyOf(each), each] as const),
  ]);
  const names = [...paths.keys()];
  const key = keyOf(path);
  const name =
    names.find((each) => each === key) ??
    // Any two names this short are near each other.
    nearest(
      key,
      names.filter((each) => each.length > 3),
    ) ??
    names.find((each) => abbreviates(key, each));
  return name && paths.get(name);
}

/** Names that other tools have for the fields of `tool`, with the paths of those. */
function namesElsewhere(tool: ToolReading, readings: Readings): [name: string, path: string][] {
  const pathsFor = (target: ConfigValueName, { rows }: ToolReading): string[] =>
    rows.filter((row) => row[1] === target).map(([path]) => [path].flat().at(-1)!);
  return comparable.flatMap((target) => {
    const own = pathsFor(target, tool);
    const names = [...readings.values()].flatMap((each) => pathsFor(target, each).map(keyOf));
    return [target, ...names].flatMap((name) => {
      const [closest] = own.sort((a, b) => editDistance(keyOf(a), name) - editDistance(keyOf(b), name));
      return closest === undefined || name === "_component_" ? [] : [[name, closest] as [string, string]];
    });
  });
}

/** Tells if `key` has some words of `name`, in its order and perhaps cut or drawn out: `micro_batch`, `seq_length`. */
function abbreviates(key: string, name: string): boolean {
  const [short, long] = [key.split(/[_-]/), name.split(/[_-]/)];
  let next = 0;
  for (const word of short) {
    next = 1 + long.findIndex((each, index) => index >= next && isAlike(word, each));
    if (next === 0) return false;
  }
  return short.length > 1;
}

function isAlike(a: string, b: string): boolean {
  return a === b || (Math.min(a.length, b.length) > 2 && (a.startsWith(b) || b.startsWith(a)));
}

/** The last part of a path. */
function keyOf(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}
