import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { modelConfig } from "@lorank/checkpoint";
import { modelAt, writeSafetensors } from "@lorank/checkpoint/files";
import { sha256Hex } from "@lorank/checkpoint/sha256";
import type { EngineSpec, LoraSpec, OptimizerSpec, Task } from "@lorank/evidence/results";
import { floats } from "@lorank/graph";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { exampleSpec } from "../../../evidence/test/fixtures/spec.ts";
import { randomBase } from "../../src/base/initial-weights.ts";
import { headOf } from "../../src/base/trial-model.ts";
import {
  encodeDataset,
  type TokenizedClassification,
  type TokenizedDataset,
  type TokenizedLanguage,
} from "../../src/data/dataset.ts";
import { familyOf } from "../../src/families/families.ts";
import { randomStream } from "../../src/random/random.ts";
import { IGNORE_INDEX } from "../../src/transformer/batch.ts";

/** A Llama small enough for laws to be checked on it in milliseconds. */
export const tinyConfig = {
  model_type: "llama",
  hidden_size: 16,
  intermediate_size: 24,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  vocab_size: 40,
  rms_norm_eps: 1e-5,
  rope_theta: 10_000,
  hidden_act: "silu",
  initializer_range: 0.2,
  tie_word_embeddings: true,
  pad_token_id: 0,
} as const;

/** Texts of 3 to 20 random tokens; the class is whether token 7 or 8 comes more often. */
export function tinyDataset(train = 24, validation = 12): TokenizedClassification {
  const make = (split: string, count: number) =>
    Array.from({ length: count }, (_, i) => {
      const stream = randomStream(5, "tiny", split, i);
      const label = i % 2;
      const inputIds = Array.from({ length: 3 + stream.integer(18) }, () => 9 + stream.integer(30));
      inputIds[stream.integer(inputIds.length)] = 7 + label;
      return { id: `${split}-${i}`, inputIds, label };
    });
  return {
    name: "tiny",
    task: { kind: "classification", labels: ["seven", "eight"] },
    train: make("train", train),
    validation: make("validation", validation),
  };
}

/** The same with every seventh text three times as long, so that the batches of two seeds are of unequal lengths. */
export function unevenDataset(): TokenizedClassification {
  const { train, ...rest } = tinyDataset();
  return {
    ...rest,
    train: train.map((text, i) =>
      i % 7 === 0 ? { ...text, inputIds: [...text.inputIds, ...text.inputIds, ...text.inputIds] } : text,
    ),
  };
}

/** The texts of a data set, each token to be told from those before it. */
export function asLanguage({ train, validation }: TokenizedClassification): TokenizedLanguage {
  const continued = ({ id, inputIds }: { readonly id: string; readonly inputIds: readonly number[] }) => ({
    id,
    inputIds,
    labels: inputIds.map((_, i) => (i < 1 || i === inputIds.length - 1 ? IGNORE_INDEX : inputIds[i + 1]!)),
  });
  return {
    name: "tiny",
    task: { kind: "causal-lm" },
    train: train.map(continued),
    validation: validation.map(continued),
  };
}

const countsOf = ({ train, validation }: TokenizedDataset) => ({
  trainExamples: train.length,
  validationExamples: validation.length,
});

/** A BERT of the same size: biases, a pooler that can carry an adapter, a head with a bias. */
export const tinyBertConfig = {
  model_type: "bert",
  hidden_size: 16,
  intermediate_size: 24,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  vocab_size: 40,
  max_position_embeddings: 64,
  type_vocab_size: 2,
  hidden_act: "gelu",
  initializer_range: 0.2,
  pad_token_id: 0,
} as const;

/** Writes a model of random weights into a new folder, with the head of `task`. */
export function tinyModel(config: Record<string, unknown>, task: Task): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  const family = familyOf(config);
  const weights = new Map(
    [...randomBase(family, family.head(headOf(task)), 1)].map(([name, tensor]) => [
      name,
      { shape: tensor.shape, data: floats(tensor) },
    ]),
  );
  writeSafetensors(join(folder, "model.safetensors"), weights);
  return folder;
}

/** Writes the tiny model and data set into a new folder and returns a spec for them. */
export function tinyTrial(
  lora: Partial<LoraSpec> = {},
  optimizer: Partial<OptimizerSpec> = {},
  config: typeof tinyConfig | typeof tinyBertConfig = tinyConfig,
  dataset: TokenizedDataset = tinyDataset(),
) {
  const folder = tinyModel(config, dataset.task);
  const bytes = encodeDataset(dataset);
  const datasetFile = join(folder, "data.json");
  writeFileSync(datasetFile, bytes);
  const spec: EngineSpec = {
    specVersion: 1,
    base: { kind: "random", name: "tiny", configSha256: modelConfig(modelAt(folder)).sha256, seed: 3 },
    data: { name: "tiny", sha256: sha256Hex(bytes), ...countsOf(dataset) },
    task: dataset.task,
    lora: {
      rank: 2,
      alpha: 4,
      scalingRule: "lora",
      dropout: 0,
      targetModules: ["q_proj", "v_proj", "down_proj"],
      ...lora,
    },
    optimizer: {
      ...exampleSpec.optimizer,
      learningRate: 0.01,
      weightDecay: 0.01,
      epochs: 2,
      microBatchSize: 4,
      ...optimizer,
    },
    seed: 0,
  };
  return { spec, folder, resources: { modelPath: folder, datasetFile, threads: 1 } };
}

/** A tiny model that reads text, and texts of two classes, which a word of theirs gives away. */
export function tinyTexts() {
  const config = { ...tinyConfig, vocab_size: 340, max_position_embeddings: 64 };
  const model = tinyModel(config, { kind: "causal-lm" });
  for (const name of ["tokenizer.json", "tokenizer_config.json"])
    copyFileSync(new URL(`../fixtures/tokenizers/gpt2/${name}`, import.meta.url), join(model, name));
  const data = Array.from({ length: 40 }, (_, i) => ({
    text: i % 2 === 0 ? `the minutes of meeting ${i}` : `you have won prize ${i}`,
    label: i % 2 === 0 ? "ham" : "spam",
  }));
  return { model, data };
}
