import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeSafetensors } from "@lorank/checkpoint";
import { floats } from "@lorank/graph";
import { modelFolder } from "@lorank/starter";
import { familyOf, randomBase } from "@lorank/train";

const config = {
  model_type: "llama",
  hidden_size: 16,
  intermediate_size: 32,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  vocab_size: 4096,
  rms_norm_eps: 1e-5,
  max_position_embeddings: 64,
  tie_word_embeddings: true,
};

/** Writes a random Llama of 68 thousand parameters that reads text as the starter does. */
export function writeTinyModel(folder: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  for (const name of ["tokenizer.json", "tokenizer_config.json"]) {
    copyFileSync(join(modelFolder, name), join(folder, name));
  }
  const family = familyOf(config);
  const weights = [...randomBase(family, family.head({ kind: "causal-lm" }), 7)].map(
    ([name, tensor]) => [name, { shape: tensor.shape, data: floats(tensor) }] as const,
  );
  writeSafetensors(join(folder, "model.safetensors"), new Map(weights));
  return folder;
}
