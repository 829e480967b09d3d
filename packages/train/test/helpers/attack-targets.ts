import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseGguf, parseSafetensorsHeader } from "@lorank/checkpoint";
import { modelShapeFromConfig } from "@lorank/core";
import { fileOriginal, filesWithin, type Target } from "../../../../scripts/attack/attack.ts";
import { eitherOf, mutatedBytes, mutatedJson, mutatedLetters } from "../../../../scripts/attack/mutate.ts";
import { familyOf } from "../../src/families/families.ts";
import { renderChat } from "../../src/tokenizer/chat.ts";
import { createTokenizer } from "../../src/tokenizer/tokenizer.ts";
import { weightShapes } from "../../src/transformer/weights.ts";

const words = "Ein Wörtchen, 123 words\n  and <s> 漢字";

/** Weight files, tokenizers, chat templates and configs. What a mutant that is read has to say of itself is not judged. */
export function modelTargets(folder: string): readonly Target[] {
  const fixtures = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const tokenizers = filesWithin(fixtures("../fixtures/tokenizers"), "tokenizer.json");
  const checkpoint = fixtures("../../../checkpoint/test/fixtures");
  const model = join(folder, "model");
  mkdirSync(model);
  return [
    {
      name: "tokenizer.json",
      originals: tokenizers,
      mutate: mutatedJson,
      read: (mutant, original) => {
        writeFileSync(join(model, "tokenizer.json"), mutant);
        writeFileSync(
          join(model, "tokenizer_config.json"),
          readFileSync(original.replace(/\.json$/, "_config.json")),
        );
        createTokenizer(model, { deadline: 1000 }).encode(words, 16);
      },
    },
    {
      name: "tokenizer_config.json",
      originals: tokenizers.map(({ name }) => fileOriginal(name.replace(/\.json$/, "_config.json"))),
      mutate: mutatedJson,
      read: (mutant, original) => {
        writeFileSync(join(model, "tokenizer.json"), readFileSync(original.replace("_config", "")));
        writeFileSync(join(model, "tokenizer_config.json"), mutant);
        createTokenizer(model).encode("a word", 16);
      },
    },
    {
      name: "chat template",
      originals: filesWithin(fixtures("../fixtures/chat"), ".jinja"),
      mutate: mutatedBytes,
      read: (mutant) => {
        const tokenizer = {
          chatTemplate: mutant.toString(),
          specialTokens: { bos_token: "<s>", eos_token: "</s>" },
        };
        renderChat(tokenizer as never, [{ role: "user", content: "Hi" }]);
      },
    },
    {
      name: "config.json",
      originals: filesWithin(fixtures("../fixtures/families"), "config.json").filter(
        ({ name }) => !name.endsWith("_config.json"),
      ),
      mutate: mutatedJson,
      read: (mutant) => {
        const config: unknown = JSON.parse(mutant.toString());
        modelShapeFromConfig(config);
        const family = familyOf(config as Record<string, unknown>);
        weightShapes(family, family.head({ kind: "classification", labels: 2 }));
      },
    },
    {
      name: "safetensors",
      originals: filesWithin(checkpoint, ".safetensors"),
      mutate: mutatedBytes,
      read: (mutant) => {
        parseSafetensorsHeader(mutant, mutant.length);
      },
    },
    {
      name: "GGUF",
      originals: filesWithin(join(checkpoint, "gguf/families"), ".gguf"),
      mutate: eitherOf(mutatedBytes, mutatedLetters),
      read: async (mutant) => {
        await parseGguf({
          byteLength: mutant.length,
          read: async (offset, length) => new Uint8Array(mutant.subarray(offset, offset + length)),
        });
      },
    },
    {
      name: "GGUF tokenizer",
      originals: filesWithin(join(checkpoint, "gguf/tokenizers"), ".gguf"),
      mutate: eitherOf(mutatedBytes, mutatedLetters),
      read: (mutant) => {
        const file = join(folder, "tokenizer.gguf");
        writeFileSync(file, mutant);
        createTokenizer(file, { deadline: 1000 }).encode(words, 16);
      },
    },
  ];
}
