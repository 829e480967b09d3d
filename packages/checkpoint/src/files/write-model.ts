import { closeSync, openSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cutShort } from "../byte-source.ts";
import { tensorByteLength } from "../dtype.ts";
import { isGgufPath } from "../path.ts";
import { type FolderOptions, writeFolder } from "./atomic-folder.ts";
import { readUpTo, writeAll } from "./descriptor.ts";
import { copyModelFiles, writeShardIndex, writeTokenizerFiles } from "./model-folder.ts";
import { type PlannedTensor, streamSafetensors } from "./safetensors-file.ts";
import { writing } from "./system-error.ts";

export interface Part extends PlannedTensor {
  readonly read: () => Uint8Array;
}

interface ModelToWrite extends FolderOptions {
  /** Source model, whose other files are copied: a folder or a `.gguf` file. */
  readonly base: string;
  readonly out: string;
  readonly config: string;
}

export interface WrittenModel {
  /** Count of written tensors. */
  readonly tensors: number;
  /** Byte count over all written tensors. */
  readonly bytes: number;
  /** Names of the written weight files. */
  readonly files: readonly string[];
  /** Reason why no tokenizer was written beside the weights; null if there is a tokenizer. */
  readonly tokenizerProblem: string | null;
}

/**
 * Writes a model made from `base`, and copies the other files of `base`. The folder appears when it is whole.
 *
 * @param files base tensor names, by the weight file to write.
 * @param partsOf tensors to write for a name. Bytes appended to the scratch file wait on disk, not in memory.
 */
export function writeModel(
  { base, out, config, sources = [], ...options }: ModelToWrite,
  files: ReadonlyMap<string, readonly string[]>,
  partsOf: (name: string, scratch: ScratchFile) => readonly (readonly [string, Part])[],
): WrittenModel {
  const isGguf = isGgufPath(base);
  return writeFolder(out, { ...options, sources: [base, ...sources] }, (folder) => {
    const written = new Map<string, string[]>();
    let bytes = 0;
    for (const [file, names] of files) {
      const scratch = scratchFile(join(folder, ".parts"));
      try {
        const parts = new Map(names.flatMap((name) => partsOf(name, scratch)));
        streamSafetensors(join(folder, file), parts, { format: "pt" }, (name) => parts.get(name)!.read());
        written.set(file, [...parts.keys()]);
        for (const part of parts.values()) bytes += tensorByteLength(part.shape, part.dtype) ?? 0;
      } finally {
        scratch.remove();
      }
    }
    writeShardIndex(folder, written, bytes);
    writeFileSync(join(folder, "config.json"), config);
    const tokenizerProblem = isGguf ? writeTokenizerFiles(base, folder) : null;
    if (!isGguf) copyModelFiles(base, folder);
    const tensors = [...written.values()].reduce((sum, names) => sum + names.length, 0);
    return { tensors, bytes, files: [...written.keys()], tokenizerProblem };
  });
}

export interface ScratchFile {
  /**
   * Appends bytes to the scratch file.
   *
   * @returns range for {@link ScratchFile.read}.
   */
  append(bytes: Uint8Array): ScratchRange;
  read(range: ScratchRange): Uint8Array;
  remove(): void;
}

interface ScratchRange {
  readonly offset: number;
  readonly length: number;
}

/** Opens a scratch file; `path` must not exist. A full disk's errors name it. */
export function scratchFile(path: string): ScratchFile {
  const descriptor = openSync(path, "wx+");
  let end = 0;
  return {
    append: (bytes) => {
      const range = { offset: end, length: bytes.length };
      writing(path, () => writeAll(descriptor, bytes, end), bytes.length);
      end += bytes.length;
      return range;
    },
    read: ({ offset, length }) => {
      const bytes = readUpTo(descriptor, offset, length, path);
      if (bytes.length < length) throw cutShort("E_FILE", path, offset + bytes.length);
      return bytes;
    },
    remove: () => {
      closeSync(descriptor);
      rmSync(path, { force: true });
    },
  };
}
