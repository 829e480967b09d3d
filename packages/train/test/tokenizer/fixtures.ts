import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { modelAt } from "@lorank/checkpoint/files";
import { afterAll } from "vitest";
import { createTokenizer, type TextTokenizer, type TokenizerOptions } from "../../src/tokenizer/tokenizer.ts";

/** A folder of `fixtures/tokenizers`. */
export const tokenizerFixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/tokenizers/${name}`, import.meta.url));

/** The tokenizer of a folder or of a `.gguf` file. */
export function tokenizerAt(path: string, options?: TokenizerOptions): TextTokenizer {
  return createTokenizer(modelAt(path), options);
}

export function readFixture<T>(name: string): T {
  return JSON.parse(readFileSync(tokenizerFixture(name), "utf8")) as T;
}

type Json = Record<string, unknown>;
type Change = (tokenizer: Json, config: Json) => void;

/** Copies of fixtures with their two files changed; they are gone when the test file is done. */
export function changedFixtures(): (base: string, change: Change) => string {
  const temporary = mkdtempSync(join(tmpdir(), "lorank-tokenizer-"));
  afterAll(() => rmSync(temporary, { recursive: true }));
  return (base, change) => {
    const folder = mkdtempSync(join(temporary, "model-"));
    cpSync(tokenizerFixture(base), folder, { recursive: true });
    const paths = ["tokenizer.json", "tokenizer_config.json"].map((file) => join(folder, file));
    const [tokenizer, config] = paths.map((path) => JSON.parse(readFileSync(path, "utf8")) as Json);
    change(tokenizer!, config!);
    writeFileSync(paths[0]!, JSON.stringify(tokenizer));
    writeFileSync(paths[1]!, JSON.stringify(config));
    return folder;
  };
}
