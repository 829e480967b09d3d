import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeSafetensors } from "@lorank/checkpoint/files";
import { floats } from "@lorank/graph";
import { modelFolder } from "@lorank/starter";
import { familyOf, type Head, randomBase } from "@lorank/train/engine";

const configs = {
  llama: {
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
  },
  bert: {
    model_type: "bert",
    hidden_size: 16,
    intermediate_size: 32,
    num_hidden_layers: 1,
    num_attention_heads: 2,
    vocab_size: 4096,
    max_position_embeddings: 64,
    type_vocab_size: 2,
    pad_token_id: 0,
  },
  gpt2: {
    model_type: "gpt2",
    n_embd: 16,
    n_inner: 32,
    n_layer: 1,
    n_head: 2,
    vocab_size: 4096,
    n_positions: 64,
    layer_norm_epsilon: 1e-5,
  },
} as const;

/** Writes a random model of about 70 thousand parameters that reads text as the starter does. */
export function writeTinyModel(folder: string, type: keyof typeof configs = "llama"): string {
  const config = configs[type];
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  for (const name of ["tokenizer.json", "tokenizer_config.json"]) {
    copyFileSync(join(modelFolder, name), join(folder, name));
  }
  const family = familyOf(config);
  const head: Head = type === "bert" ? { kind: "classification", labels: 2 } : { kind: "causal-lm" };
  const weights = [...randomBase(family, family.head(head), 7)].map(
    ([name, tensor]) => [name, { shape: tensor.shape, data: floats(tensor) }] as const,
  );
  writeSafetensors(join(folder, "model.safetensors"), new Map(weights));
  return folder;
}
