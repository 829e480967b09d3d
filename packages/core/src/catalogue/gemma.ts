import { type CatalogueModel, decoderConfig } from "./catalogue-model.ts";

/** Reads images too: `text_config` is its language model. */
function gemma3(text: Readonly<Record<string, number>>) {
  return { model_type: "gemma3", text_config: { model_type: "gemma3_text", ...text } };
}

/** Gemma, from the first to the third; tied without saying so. */
export const gemmaModels = (): readonly CatalogueModel[] => [
  {
    id: "google/gemma-2b",
    aliases: ["gemma-2b", "google/gemma-2b-it"],
    config: decoderConfig("gemma", [2048, 16_384, 18, 8, 1, 256_000], { head_dim: 256 }),
    parameters: "2,506,172,416",
  },
  {
    id: "google/gemma-7b",
    aliases: ["gemma-7b", "google/gemma-7b-it"],
    config: decoderConfig("gemma", [3072, 24_576, 28, 16, 16, 256_000], { head_dim: 256 }),
    parameters: "8,537,680,896",
  },
  {
    id: "google/gemma-2-2b",
    aliases: ["gemma-2-2b", "gemma2-2b", "google/gemma-2-2b-it"],
    config: decoderConfig("gemma2", [2304, 9216, 26, 8, 4, 256_000], { head_dim: 256 }),
    parameters: "2,614,341,888",
  },
  {
    id: "google/gemma-2-9b",
    aliases: ["gemma-2-9b", "gemma2-9b", "google/gemma-2-9b-it"],
    config: decoderConfig("gemma2", [3584, 14_336, 42, 16, 8, 256_000], { head_dim: 256 }),
    parameters: "9,241,705,984",
  },
  {
    id: "google/gemma-2-27b",
    aliases: ["gemma-2-27b", "gemma2-27b", "google/gemma-2-27b-it"],
    config: decoderConfig("gemma2", [4608, 36_864, 46, 32, 16, 256_000], { head_dim: 128 }),
    parameters: "27,227,128,320",
  },
  {
    id: "google/gemma-3-270m",
    aliases: ["gemma-3-270m", "google/gemma-3-270m-it"],
    config: decoderConfig("gemma3_text", [640, 2048, 18, 4, 1, 262_144], { head_dim: 256 }),
    parameters: "268,098,176",
  },
  {
    id: "google/gemma-3-1b-pt",
    aliases: ["gemma-3-1b", "google/gemma-3-1b-it"],
    config: decoderConfig("gemma3_text", [1152, 6912, 26, 4, 1, 262_144], { head_dim: 256 }),
    parameters: "999,885,952",
  },
  {
    id: "google/gemma-3-4b-pt",
    aliases: ["gemma-3-4b", "google/gemma-3-4b-it"],
    config: gemma3({ hidden_size: 2560, intermediate_size: 10_240, num_hidden_layers: 34 }),
    parameters: "4,300,079,472",
  },
  {
    id: "google/gemma-3-12b-pt",
    aliases: ["gemma-3-12b", "google/gemma-3-12b-it"],
    config: gemma3({
      hidden_size: 3840,
      intermediate_size: 15_360,
      num_hidden_layers: 48,
      num_attention_heads: 16,
      num_key_value_heads: 8,
    }),
    parameters: "12,187,325,040",
  },
  {
    id: "google/gemma-3-27b-pt",
    aliases: ["gemma-3-27b", "google/gemma-3-27b-it"],
    config: gemma3({
      hidden_size: 5376,
      intermediate_size: 21_504,
      num_hidden_layers: 62,
      num_attention_heads: 32,
      num_key_value_heads: 16,
      head_dim: 128,
    }),
    parameters: "27,432,406,640",
  },
];
