import { existsSync, lstatSync, readdirSync, realpathSync } from "node:fs";
import { join, sep } from "node:path";
import { InputError } from "@lorank/core";

/** The files of PEFT's `save_pretrained`: of the weights one is needed, and the config is. */
export const adapterConfig = "adapter_config.json";
export const adapterWeights = ["adapter_model.safetensors", "adapter_model.bin"] as const;

/**
 * What else belongs to an adapter: its card, the class names of a classifier, where its texts are cut, and the files of a tokenizer and of a processor, by
 * the names that transformers gives them.
 *
 * Source: transformers 5.24 (`vocab_files_names` of its tokenizers, `transformers/utils`), PEFT 0.21 (`peft/utils/constants.py`).
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

/** Whether a name is one of a PEFT folder's files. What a trainer adds, such as an optimiser's state, is not. */
export function isAdapterFile(name: string): boolean {
  return isNeeded(name) || companions.has(name);
}

export interface AdapterFiles {
  /** Names of those that are there, sorted. */
  readonly files: readonly string[];
  /** Names of what else is there: other files, folders such as `checkpoint-10`, links, FIFOs, devices. */
  readonly leftOut: readonly string[];
}

/** What in the folder that a trainer wrote as its adapter is PEFT's. No link is followed. */
export function adapterFiles(folder: string): AdapterFiles {
  const names = readdirSync(folder)
    .filter((name) => !name.endsWith(".tmp"))
    .sort();
  const isOurs = (name: string): boolean =>
    isAdapterFile(name) && lstatSync(join(folder, name), { throwIfNoEntry: false })?.isFile() === true;
  return { files: names.filter(isOurs), leftOut: names.filter((name) => !isOurs(name)) };
}

/**
 * The same of a folder whose adapter is to be handed out.
 *
 * @throws InputError `E_ADAPTER` where the config or the weights are no file. A symbolic link may lead to any file of this machine.
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
 * The folder of an attempt's adapter; undefined where there is none.
 *
 * @throws InputError `E_ADAPTER` where it is a link that leads out of the attempt's folder, or no folder.
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
