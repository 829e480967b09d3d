import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { modelAt } from "@lorank/checkpoint/files";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
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

/** Copies a fixture into a temporary folder and changes its two files. */
export function changedFixture(base: string, change: Change): string {
  const folder = temporaryFolder();
  cpSync(tokenizerFixture(base), folder, { recursive: true });
  const paths = ["tokenizer.json", "tokenizer_config.json"].map((file) => join(folder, file));
  const [tokenizer, config] = paths.map((path) => JSON.parse(readFileSync(path, "utf8")) as Json);
  change(tokenizer!, config!);
  writeFileSync(paths[0]!, JSON.stringify(tokenizer));
  writeFileSync(paths[1]!, JSON.stringify(config));
  return folder;
}
