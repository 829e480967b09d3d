import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { type EmailSplits, emailSplits } from "./email-splits.ts";

export type { Email, EmailSplits } from "./email-splits.ts";

/** Starter model folder's absolute path: `config.json`, `model.safetensors`, tokenizer files and `README.md`. */
export const modelFolder: string = fileURLToPath(new URL("../model", import.meta.url));

/**
 * E-mail dataset: 5,861 messages in training, validation and test, about 60 / 20 / 20 %. Each call returns new arrays.
 */
export function spamAssassin(): EmailSplits {
  const packed = readFileSync(new URL("../data/spam-assassin.jsonl.gz", import.meta.url));
  return emailSplits(gunzipSync(packed).toString("utf8"));
}

/** General texts: 300 passages of 40 to 70 words from presidents' addresses and a novel, to see what a model forgets. */
export function generalTexts(): string[] {
  return readFileSync(new URL("../data/general-texts.txt", import.meta.url), "utf8")
    .trimEnd()
    .split("\n");
}
