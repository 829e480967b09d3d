import { InputError } from "../../errors.ts";
import type { ModelLinear } from "../linear-shapes.ts";
import type { ModelHead, ModelShape, ModelType } from "../shape.ts";
import type { ConfigReader } from "./config-reader.ts";
import { familyOf } from "./family.ts";
import { llamaFamily } from "./llama.ts";

/** How the text part of one model type is read. Source: transformers 5.24, configuration and modeling of each type. */
interface Variant {
  /** `model_type` of `text_config` where it says none. */
  readonly textType: ModelType;
  /** What absent fields of `text_config` mean: defaults of its class that published files rely on. */
  readonly absent: Readonly<Record<string, unknown>>;
  /**
   * What an absent `tie_word_embeddings` means; the one in `text_config` is not read. Undefined: published files that
   * lack it are not tied, but the config's class in transformers 5 says that they are.
   */
  readonly absentTied: boolean | undefined;
}

export const multimodalFamily = familyOf<Variant>(
  {
    gemma3: {
      textType: "gemma3_text",
      absent: { num_attention_heads: 8, num_key_value_heads: 4, head_dim: 256, vocab_size: 262_208 },
      absentTied: true,
    },
    mistral3: { textType: "mistral", absent: {}, absentTied: undefined },
  },
  { kind: "causal-lm" },
  textShape,
);

/** Shape of the language model in one that reads images too: its vision tower and projector are left out. */
function textShape(
  modelType: ModelType,
  variant: Variant,
  config: ConfigReader,
  head: ModelHead,
): ModelShape {
  const tied = head.kind === "causal-lm" && config.flag("tie_word_embeddings", variant.absentTied);
  config.finish();
  const text = config.part("text_config", variant.absent, { tie_word_embeddings: tied });
  const textType = text.value("model_type") ?? variant.textType;
  const known = llamaFamily.modelTypes.find((type) => type === textType);
  if (known === undefined) {
    throw new InputError(
      "E_CONFIG",
      `model config: text_config.model_type must be one of ${llamaFamily.modelTypes.join(", ")}, got ${JSON.stringify(textType)}`,
    );
  }
  const shape = llamaFamily.shape(known, text, head);
  return {
    ...shape,
    modelType,
    covers: "text",
    linears: shape.linears.map(
      (linear): ModelLinear => ({
        ...linear,
        path: linear.path.replace("layers.", "language_model.layers."),
      }),
    ),
  };
}
