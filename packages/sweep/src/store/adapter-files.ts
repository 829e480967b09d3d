import { existsSync, lstatSync, readdirSync, realpathSync } from "node:fs";
import { join, sep } from "node:path";
import { digestOfFile, readTextFile, throwIfUnreadable, writeFileAtomic } from "@lorank/checkpoint/disk";
import { InputError, isInputError } from "@lorank/core";
import type { TrialSpec } from "@lorank/evidence/schema";
import type { Attempt } from "./store.ts";

/** Adapter files by PEFT's `save_pretrained`: the config, and one weights file, are required. */
export const adapterConfig = "adapter_config.json";
export const adapterWeights = ["adapter_model.safetensors", "adapter_model.bin"] as const;

/**
 * Names of an adapter folder's optional files: card, class names, text length, tokenizer and processor.
 *
 * Source: transformers 5.24 (`vocab_files_names`, `transformers/utils`), PEFT 0.21 (`peft/utils/constants.py`).
 */
const companions = new Set(
  [
    "README.md LICENSE LICENSE.txt NOTICE id2label.json truncation.json generation_config.json",
    "tokenizer.json tokenizer_config.json special_tokens_map.json added_tokens.json chat_template.jinja chat_template.json",
    "vocab.json merges.txt vocab.txt bpe.codes dict.txt emoji.json normalizer.json byte_maps.json entity_vocab.json",
    "vocab-src.json vocab-tgt.json target_vocab.json word_shape.json word_pronunciation.json prophetnet.tokenizer",
    "tokenizer.model spiece.model sentencepiece.model sentencepiece.bpe.model spm.model spm_char.model source.spm target.spm",
    "preprocessor_config.json processor_config.json video_preprocessor_config.json audio_tokenizer_config.json",
  ].flatMap((names) => names.split(" ")),
);

const isNeeded = (name: string): boolean =>
  [adapterConfig, ...adapterWeights].some((needed) => needed === name);

/** True for a PEFT adapter's files, false for a trainer's own, such as an optimiser's state. */
export function isAdapterFile(name: string): boolean {
  return isNeeded(name) || companions.has(name);
}

interface AdapterFiles {
  readonly files: readonly string[];
  /** Names of other files, not copied, such as `checkpoint-10`, links, devices. */
  readonly leftOut: readonly string[];
}

export function adapterFiles(folder: string): AdapterFiles {
  const names = readdirSync(folder)
    .filter((name) => !name.endsWith(".tmp"))
    .sort();
  const isOurs = (name: string): boolean =>
    isAdapterFile(name) && lstatSync(join(folder, name), { throwIfNoEntry: false })?.isFile() === true;
  return { files: names.filter(isOurs), leftOut: names.filter((name) => !isOurs(name)) };
}

/**
 * Lists an adapter folder's files.
 *
 * @throws InputError `E_ADAPTER` where config or weights are no file: a symbolic link may lead anywhere.
 */
export function wholeAdapterFiles(folder: string): AdapterFiles {
  const found = adapterFiles(folder);
  const needed = found.leftOut.find(isNeeded);
  if (needed === undefined) return found;
  const stat = lstatSync(join(folder, needed), { throwIfNoEntry: false });
  const got = stat?.isSymbolicLink()
    ? "a symbolic link"
    : stat?.isDirectory()
      ? "a folder"
      : "a FIFO or device";
  throw new InputError("E_ADAPTER", `${join(folder, needed)} must be a file, got ${got}`);
}

/**
 * Adapter folder in an attempt, if any.
 *
 * @throws InputError `E_ADAPTER` where it is no folder, or a link out of the attempt's folder.
 */
export function adapterFolder(attempt: string): string | undefined {
  const folder = join(attempt, "adapter");
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  if (stat.isDirectory()) return folder;
  const isInside = existsSync(folder) && realpathSync(folder).startsWith(realpathSync(attempt) + sep);
  if (stat.isSymbolicLink() && isInside && lstatSync(realpathSync(folder)).isDirectory()) return folder;
  throw new InputError(
    "E_ADAPTER",
    `${folder} must be a folder, got ${stat.isSymbolicLink() ? "a symbolic link to another place" : "a file"}`,
  );
}

const digestName = "adapter.sha256";

/** Writes an attempt's adapter digests to `adapter.sha256`, in `sha256sum`'s form. */
export async function writeAdapterDigest(attemptFolder: string): Promise<void> {
  const folder = join(attemptFolder, "adapter");
  const lines: string[] = [];
  for (const name of adapterFiles(folder).files)
    lines.push(`${await digestOfFile(join(folder, name))}  adapter/${name}\n`);
  writeFileAtomic(join(attemptFolder, digestName), lines.join(""));
}

/**
 * Damage, in words, in an attempt's adapter or its copy in `folder`. Undefined where whole, or from an earlier version
 * without digests. Throws as {@link throwIfUnreadable}.
 */
export async function adapterDamage(
  attemptFolder: string,
  folder = join(attemptFolder, "adapter"),
  signal?: AbortSignal,
): Promise<string | undefined> {
  const digest = join(attemptFolder, digestName);
  let text: string;
  try {
    text = readTextFile(digest);
  } catch (error) {
    throwIfUnreadable(digest, error);
    const { code } = error as NodeJS.ErrnoException;
    if (isInputError(error)) return error.message;
    return code === "ENOENT" ? undefined : `${digest} must be a file, got ${code}`;
  }
  for (const line of text.replace(/\n$/, "").split("\n")) {
    const [, sha256, name] = /^([0-9a-f]{64}) {2}adapter\/([^/]+)$/.exec(line) ?? [];
    if (sha256 === undefined || name === undefined || !text.endsWith("\n"))
      return `${digest} must have lines of a SHA-256 and a file, got ${JSON.stringify(line.slice(0, 80))}`;
    if (!isAdapterFile(name)) continue; // earlier versions hashed every file in the folder
    const file = join(folder, name);
    const got = await sha256Of(file, signal);
    if (got !== sha256) return `${file} must have the SHA-256 ${sha256} of ${digestName}, got ${got}`;
  }
  return undefined;
}

/**
 * Throws if an attempt's adapter is damaged.
 *
 * @throws InputError `E_ADAPTER_DAMAGED` with the file, and what to do.
 */
export async function assertAdapterWhole({ folder, trialId }: Attempt): Promise<void> {
  const damage = await adapterDamage(folder);
  if (damage !== undefined) throw damagedAdapter(damage, trialId);
}

export function damagedAdapter(damage: string, trialId: string): InputError {
  return new InputError(
    "E_ADAPTER_DAMAGED",
    `${damage}\nDelete results/${trialId}.json and attempts/${trialId} to have it trained again.`,
  );
}

export function missingAdapter(trialId: string, { arm, lora, seed }: TrialSpec): InputError {
  const compared = arm === undefined ? `rank ${lora.rank}` : `arm ${arm}`;
  return new InputError(
    "E_ADAPTER_MISSING",
    `attempts/${trialId} must hold the adapter of ${compared}, seed ${seed}, got none\n` +
      `Delete results/${trialId}.json to train it again.`,
  );
}

async function sha256Of(file: string, signal: AbortSignal | undefined): Promise<string> {
  try {
    return await digestOfFile(file, signal);
  } catch (error) {
    if (signal?.aborted) throw error;
    throwIfUnreadable(file, error);
    if (isInputError(error)) return "a folder or device";
    return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
  }
}
