import { InputError } from "../../errors.ts";
import type { ConfigReader } from "../config-reader.ts";
import type { ModelParts } from "../parts.ts";
import type { ModelType } from "../shape.ts";
import { architectureOf } from "./blocks.ts";
import { llamaArchitecture } from "./llama.ts";

/** Text part of one model type. Source: transformers 5.24, configuration and modeling of each type. */
interface Variant {
  /** `model_type` of a `text_config` without one. */
  readonly textType: ModelType;
  /** Defaults of `text_config`: those of its class that published files rely on. */
  readonly absent: Readonly<Record<string, unknown>>;
  /**
   * Default of `tie_word_embeddings`; the one in `text_config` is not read. Undefined: published files without it are
   * not tied, but the default of the config's class in transformers 5 is true.
   */
  readonly absentTied: boolean | undefined;
}

export const multimodalArchitecture = architectureOf<Variant>(
  {
    gemma3: {
      textType: "gemma3_text",
      absent: { num_attention_heads: 8, num_key_value_heads: 4, head_dim: 256, vocab_size: 262_208 },
      absentTied: true,
    },
    mistral3: { textType: "mistral", absent: {}, absentTied: undefined },
  },
  readText,
);

/** Reads the language model of one that also reads images, without its vision tower and projector. */
function readText({ textType, absent, absentTied }: Variant, config: ConfigReader): ModelParts {
  const tied = config.flag("tie_word_embeddings", absentTied);
  const text = config.part("text_config", absent, { tie_word_embeddings: tied });
  const type = text.fields.model_type ?? textType;
  const known = llamaArchitecture.modelTypes.find((each) => each === type);
  if (known === undefined) {
    throw new InputError(
      "E_CONFIG",
      `model config: text_config.model_type must be one of ${llamaArchitecture.modelTypes.join(", ")}, got ${JSON.stringify(type)}`,
    );
  }
  const parts = llamaArchitecture.read(known, text);
  return { ...parts, covers: "text", paths: [parts.paths[0], `language_model.${parts.paths[1]}`] };
}
