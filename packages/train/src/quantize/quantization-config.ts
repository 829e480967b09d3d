import type { Format4bit } from "@lorank/quant";
import type { Family } from "../families/family.ts";
import { causalHead } from "./causal-head.ts";

export interface QuantizationConfigOptions {
  readonly family: Family;
  readonly format: Format4bit;
  readonly doubleQuant: boolean;
  /** What transformers restores weights to before it multiplies. */
  readonly computeDType: "float32" | "float16" | "bfloat16";
  /** Paths of the linear layers that stay as they are. */
  readonly kept: Iterable<string>;
}

/**
 * The member `quantization_config` by which transformers knows a 4-bit checkpoint, with the names and values that it writes
 * itself. Modules to skip are all linear layers that were not quantised, heads that the checkpoint may lack among them:
 * without the list transformers would take BERT's pooler and classifier for 4-bit layers. They are named without the
 * family's prefix, since transformers matches ends of paths, and a bare encoder's have no prefix.
 *
 * Source: BitsAndBytesConfig and should_convert_module() of transformers 5.24.
 */
export function quantizationConfig(options: QuantizationConfigOptions): Record<string, unknown> {
  const { family, format, doubleQuant, computeDType, kept } = options;
  const bare = (path: string): string =>
    path.startsWith(family.basePrefix) ? path.slice(family.basePrefix.length) : path;
  const skipped = [...headPaths(family), ...kept].map(bare);
  return {
    _load_in_4bit: true,
    _load_in_8bit: false,
    bnb_4bit_compute_dtype: computeDType,
    bnb_4bit_quant_storage: "uint8",
    bnb_4bit_quant_type: format,
    bnb_4bit_use_double_quant: doubleQuant,
    llm_int8_enable_fp32_cpu_offload: false,
    llm_int8_has_fp16_weight: false,
    llm_int8_skip_modules: [...new Set(skipped)],
    llm_int8_threshold: 6,
    load_in_4bit: true,
    load_in_8bit: false,
    quant_method: "bitsandbytes",
  };
}

/** Linear layers of every head that the family can have. */
function headPaths(family: Family): string[] {
  const heads = [causalHead(family), family.head({ kind: "classification", labels: 2 })];
  return heads.flatMap((head) => head?.linears.map(({ path }) => path) ?? []);
}
