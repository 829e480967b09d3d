import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { modelShapeFromConfig } from "@lorank/core/models";
import { dequantize4bit } from "@lorank/quant";
import { assertFinite, type Target } from "../../../../scripts/attack/attack.ts";
import {
  type Case,
  corpusIn,
  fileOriginal,
  filesWithin,
  generated,
  original,
} from "../../../../scripts/attack/corpus.ts";
import {
  eitherOf,
  mutatedBytes,
  mutatedJson,
  mutatedLetters,
  mutatedNumbers,
} from "../../../../scripts/attack/mutate.ts";
import { quantizeLinear } from "../../src/base/quantize-base.ts";
import { familyOf } from "../../src/families/families.ts";
import { renderChat } from "../../src/tokenizer/chat.ts";
import { weightShapes } from "../../src/transformer/weights.ts";
import { tokenizerAt } from "../tokenizer/fixtures.ts";

const words = "Ein Wörtchen, 123 words\n  and <s> 漢字";

/** Tokenizers, chat templates, configs and weights to quantise. What a mutant that is read has to say of itself is not judged. */
export function modelTargets(folder: string): readonly Target[] {
  const fixtures = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  // The files of the corpus go with the first one's tokenizer_config.json, which says nothing that its tokenizer.json says.
  const tokenizers = filesWithin(fixtures("../fixtures/tokenizers"), "tokenizer.json").sort(
    (a, b) => Number(b.name.includes("unigram")) - Number(a.name.includes("unigram")),
  );
  const corpus = (name: string, expected: Readonly<Record<string, string>>): Case[] =>
    corpusIn(fixtures(`./corpus/${name}`), expected);
  const model = join(folder, "model");
  mkdirSync(model);
  return [
    {
      name: "tokenizer.json",
      originals: tokenizers,
      corpus: corpus("tokenizer", {
        "40-string-replacements.json": "E_TOKENIZER",
        "65-steps.json": "E_TOKENIZER",
        "escape-in-a-pattern.json": "E_TOKENIZER",
        "id-of-4e9.json": "E_TOKENIZER",
        "long-replacement-of-nothing.json": "E_TOKENIZER",
        "nested.json": "E_TOKENIZER",
        "null.json": "E_TOKENIZER",
        "pattern-of-pluses.json": "accepted",
        "sequences-in-sequences.json": "E_TOKENIZER",
        "vocab-of-null.json": "E_TOKENIZER",
      }),
      mutate: mutatedJson,
      read: (mutant, original) => {
        writeFileSync(join(model, "tokenizer.json"), mutant);
        writeFileSync(
          join(model, "tokenizer_config.json"),
          readFileSync(original.replace(/\.json$/, "_config.json")),
        );
        tokenizerAt(model, { deadline: 1000 }).encode(words, 16);
      },
    },
    {
      name: "tokenizer_config.json",
      originals: tokenizers.map(({ name }) => fileOriginal(name.replace(/\.json$/, "_config.json"))),
      mutate: mutatedJson,
      read: (mutant, original) => {
        writeFileSync(join(model, "tokenizer.json"), readFileSync(original.replace("_config", "")));
        writeFileSync(join(model, "tokenizer_config.json"), mutant);
        tokenizerAt(model).encode("a word", 16);
      },
    },
    {
      name: "chat template",
      originals: filesWithin(fixtures("../fixtures/chat"), ".jinja"),
      corpus: [
        ...corpus("chat", {
          "chained-filters.jinja": "E_CHAT_TEMPLATE",
          "chained-replacements.jinja": "E_CHAT_TEMPLATE",
          "doubling-text.jinja": "E_CHAT_TEMPLATE",
          "list-in-itself.jinja": "E_CHAT_TEMPLATE",
          "long-range.jinja": "E_CHAT_TEMPLATE",
          "spaces.jinja": "E_CHAT_TEMPLATE",
          "wide-indent.jinja": "E_CHAT_TEMPLATE",
        }),
        generated("900,000 spaces", "E_CHAT_TEMPLATE", () => Buffer.from(`{%${" ".repeat(900_000)}`)),
      ],
      mutate: mutatedBytes,
      read: (mutant) => {
        const tokenizer = {
          chatTemplate: mutant.toString(),
          specialTokens: { bos_token: "<s>", eos_token: "</s>" },
        };
        renderChat(tokenizer as never, [{ role: "user", content: "Hi" }]);
      },
      // A template is stopped when it has made texts of 16 million characters, which takes 0.6 s.
      slowness: 6,
    },
    {
      name: "config.json",
      originals: filesWithin(fixtures("../fixtures/families"), "config.json").filter(
        ({ name }) => !name.endsWith("_config.json"),
      ),
      corpus: corpus("config", {
        "1e6-layers.json": "E_CONFIG",
        "1e8-layers.json": "E_CONFIG",
        "1e9-experts.json": "E_CONFIG",
        "head-dim-of-4e8.json": "E_CONFIG",
        "nested.json": "E_CONFIG",
        "null.json": "E_CONFIG",
      }),
      mutate: mutatedJson,
      read: (mutant) => {
        const config: unknown = JSON.parse(mutant.toString());
        modelShapeFromConfig(config);
        const family = familyOf(config as Record<string, unknown>);
        weightShapes(family, family.head({ kind: "classification", labels: 2 }));
      },
    },
    {
      name: "GGUF tokenizer",
      originals: filesWithin(fixtures("../../../checkpoint/test/fixtures/gguf/tokenizers"), ".gguf"),
      mutate: eitherOf(mutatedBytes, mutatedLetters),
      read: (mutant) => {
        const file = join(folder, "tokenizer.gguf");
        writeFileSync(file, mutant);
        tokenizerAt(file, { deadline: 1000 }).encode(words, 16);
      },
    },
    {
      // Weights that are quantised are finite again, and others are refused.
      name: "weights to quantise",
      originals: [
        original("512 weights", () =>
          Buffer.from(Float32Array.from({ length: 512 }, (_, i) => Math.sin(i)).buffer),
        ),
      ],
      mutate: (bytes, random) => mutatedNumbers(bytes, random, 0),
      read: (mutant) => {
        const weights = new Float32Array(new Uint8Array(mutant).buffer);
        const layer = { tensor: "w", inDim: 64, outDim: 8, transposed: false };
        for (const doubleQuant of [false, true]) {
          const { quantized } = quantizeLinear(weights.slice(), layer, { doubleQuant });
          assertFinite(weights);
          assertFinite(dequantize4bit(quantized));
        }
      },
    },
  ];
}
