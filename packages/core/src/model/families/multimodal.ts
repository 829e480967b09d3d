import { InputError } from "../../errors.ts";
import type { ConfigReader } from "../config-reader.ts";
import type { ModelParts } from "../parts.ts";
import type { ModelType } from "../shape.ts";
import { architectureOf } from "./blocks.ts";
import { deepseekArchitecture } from "./deepseek.ts";
import { gemma3nArchitecture } from "./gemma3n.ts";
import { llamaArchitecture } from "./llama.ts";
import { llama4Architecture } from "./llama4.ts";
import { mixtureArchitecture } from "./mixture.ts";

const textArchitectures = [
  llamaArchitecture,
  mixtureArchitecture,
  llama4Architecture,
  gemma3nArchitecture,
  deepseekArchitecture,
];

/** Multimodal variant. Source: transformers 5.24, each type's configuration and modeling. */
interface Variant {
  readonly textType: ModelType;
  /** `text_config` defaults on which published files rely. */
  readonly absent?: Readonly<Record<string, unknown>>;
  /**
   * Default for `tie_word_embeddings`, not read from `text_config`. Undefined: published files without it are untied,
   * though transformers 5 defaults to true.
   */
  readonly absentTied?: boolean;
  /** Head inside the language model: `language_model.model.layers`, not `model.language_model.layers`. */
  readonly wrapsHead?: true;
  /** Sizes of the language model may lie in the config itself, without `text_config`. */
  readonly flat?: true;
}

export const multimodalArchitecture = architectureOf<Variant>(
  {
    gemma3: {
      textType: "gemma3_text",
      absent: { num_attention_heads: 8, num_key_value_heads: 4, head_dim: 256, vocab_size: 262_208 },
      absentTied: true,
    },
    gemma3n: { textType: "gemma3n_text", absentTied: true },
    llama4: { textType: "llama4_text", absentTied: false, wrapsHead: true },
    qwen3_5: { textType: "qwen3_5_text" },
    qwen3_5_moe: { textType: "qwen3_5_moe_text" },
    qwen2_5_vl: { textType: "qwen2", absentTied: false, flat: true },
    qwen3_vl: { textType: "qwen3" },
    qwen3_vl_moe: { textType: "qwen3_moe" },
    kimi_k25: { textType: "kimi_k2", wrapsHead: true },
    mistral3: { textType: "mistral" },
  },
  readText,
);

function readText(
  { textType, absent = {}, absentTied, wrapsHead, flat }: Variant,
  config: ConfigReader,
): ModelParts {
  const tied = config.flag("tie_word_embeddings", absentTied);
  const text =
    flat && !config.has("text_config")
      ? config.within({ ...config.fields, tie_word_embeddings: tied })
      : config.part("text_config", absent, { tie_word_embeddings: tied });
  // Qwen3-VL has Qwen3's text models, Qwen2.5-VL has Qwen2's: images only add to hidden states.
  const named = String(text.fields.model_type ?? textType).replace(/_vl(.*)_text$/, "$1");
  const type = flat ? textType : named;
  const architecture = textArchitectures.find(({ modelTypes }) => modelTypes.some((each) => each === type));
  if (architecture === undefined) {
    const known = textArchitectures.flatMap(({ modelTypes }) => modelTypes);
    throw new InputError(
      "E_CONFIG",
      `model config: text_config.model_type must be one of ${known.join(", ")}, got ${JSON.stringify(type)}`,
    );
  }
  const parts = architecture.read(type as ModelType, text);
  const [base, layers] = parts.paths;
  if (wrapsHead) return { ...parts, covers: "text", paths: [`language_model.${base}`, layers] };
  const around = parts.around?.map((linear) => ({ ...linear, path: `language_model.${linear.path}` }));
  return { ...parts, ...(around && { around }), covers: "text", paths: [base, `language_model.${layers}`] };
}
