import { closeSync, openSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { changedConfigText, dtypeMember } from "../config-text.ts";
import {
  type FloatTensorDType,
  fromFloat32,
  isFloatTensorDType,
  type TensorDType,
  tensorByteLength,
} from "../dtype.ts";
import type { JsonObject } from "../json.ts";
import { isGgufPath } from "../path.ts";
import type { TensorSource } from "../tensor.ts";
import { writeFolder } from "./atomic-folder.ts";
import { readExactly, writeAll } from "./descriptor.ts";
import {
  copyModelFiles,
  groupByFile,
  openModelWeights,
  readConfigText,
  writeShardIndex,
  writeTokenizerFiles,
} from "./model-folder.ts";
import { type PlannedTensor, streamSafetensors } from "./safetensors-file.ts";
import { writing } from "./system-error.ts";

/** A tensor in bytes, little-endian, row-major. */
export interface EncodedTensor extends PlannedTensor {
  readonly bytes: Uint8Array;
}

export interface RewriteOptions {
  /** A model folder or a `.gguf` file. */
  readonly base: string;
  /** The folder to write. */
  readonly out: string;
  /**
   * What to write in the place of a tensor of the base, by name; undefined to leave it as it is. Asked once for each, in
   * the order of the files.
   */
  readonly replace: (name: string, weights: TensorSource) => ReadonlyMap<string, EncodedTensor> | undefined;
  /** Bytes of what will take the place of a tensor, by name, where that is known: the disk must have room for them. */
  readonly replacedBytes?: (name: string) => number | undefined;
  /** Members that `config.json` gains or that change. */
  readonly config?: JsonObject;
  /** Type of the floating-point tensors that are left (default: each tensor's own; BF16 for a GGUF). */
  readonly dtype?: FloatTensorDType;
  /** Replace a model that is at `out` (default false). */
  readonly force?: boolean;
  /** Called before each tensor of the base is read. */
  readonly onTensor?: (progress: TensorProgress) => void;
}

export interface TensorProgress {
  readonly done: number;
  readonly total: number;
  readonly name: string;
}

export interface RewriteSummary {
  /** Number of tensors that were written. */
  readonly tensors: number;
  /** Size of all tensors that were written. */
  readonly bytes: number;
  /** Names of the weight files. */
  readonly files: readonly string[];
  /** Why there is no tokenizer beside the weights, where there is none. */
  readonly tokenizerProblem: string | null;
}

/** Where the bytes of a tensor to be written come from. */
interface Part extends PlannedTensor {
  readonly read: () => Uint8Array;
}

/**
 * Writes a model with some tensors of another one replaced, sharded as that one is; copies what stands beside the weights.
 * Holds what stands for one tensor in memory: replacements wait on disk until the types and shapes of a whole file, which
 * come first in it, are known. The folder appears when it is whole.
 *
 * @throws InputError E_OUT for a folder in the way or a disk without room, E_MODEL and the like for a broken base, E_DTYPE when a value does not
 *   fit the type, and whatever `replace` throws. Nothing is left then.
 */
export function rewriteModel(options: RewriteOptions): RewriteSummary {
  const { base, out, force = false, config = {}, onTensor } = options;
  const isGguf = isGgufPath(base);
  const dtype = options.dtype ?? (isGguf ? "BF16" : undefined);
  const text = changedConfigText(readConfigText(base), (old) => ({
    ...old,
    ...dtypeMember(old, dtype),
    ...config,
  }));
  const weights = openModelWeights(base);
  try {
    const names = [...weights.tensors.keys()].map((name) => [name, name] as const);
    const groups = groupByFile(base, names);
    const leftBytes = (name: string) => {
      const { shape, dtype: to } = leftPart(name, weights, dtype, isGguf);
      return tensorByteLength(shape, to) ?? 0;
    };
    const needed = mostBytes(groups.values(), options.replacedBytes ?? (() => undefined), leftBytes);
    return writeFolder(out, { force, sources: [base], bytes: needed }, (folder) => {
      const total = weights.tensors.size;
      const written = new Map<string, string[]>();
      let bytes = 0;
      let done = 0;
      const partsOf = (name: string, scratch: ScratchFile): (readonly [string, Part])[] => {
        onTensor?.({ done: done++, total, name });
        const replaced = options.replace(name, weights);
        return replaced ? waiting(replaced, scratch) : [[name, leftPart(name, weights, dtype, isGguf)]];
      };
      for (const [file, sources] of groups) {
        const scratch = scratchFile(join(folder, ".parts"));
        try {
          const parts = new Map(sources.flatMap((name) => partsOf(name, scratch)));
          streamSafetensors(join(folder, file), parts, { format: "pt" }, (name) => parts.get(name)!.read());
          written.set(file, [...parts.keys()]);
          for (const part of parts.values()) bytes += tensorByteLength(part.shape, part.dtype) ?? 0;
        } finally {
          scratch.remove();
        }
      }
      writeShardIndex(folder, written, bytes);
      writeFileSync(join(folder, "config.json"), text);
      const tokenizerProblem = isGguf ? writeTokenizerFiles(base, folder) : null;
      if (!isGguf) copyModelFiles(base, folder);
      const tensors = [...written.values()].reduce((sum, part) => sum + part.length, 0);
      return { tensors, bytes, files: [...written.keys()], tokenizerProblem };
    });
  } finally {
    weights.close();
  }
}

/** Most bytes on disk at once: the files so far, and beside one that is being written what waits for it. */
function mostBytes(
  groups: Iterable<readonly string[]>,
  replacedBytes: (name: string) => number | undefined,
  leftBytes: (name: string) => number,
): number {
  let [written, most] = [0, 0];
  for (const names of groups) {
    const replaced = names.map((name) => replacedBytes(name));
    const waits = replaced.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0);
    written += names.reduce((sum, name, i) => sum + (replaced[i] ?? leftBytes(name)), 0);
    most = Math.max(most, written + waits);
  }
  return most;
}

function waiting(tensors: ReadonlyMap<string, EncodedTensor>, scratch: ScratchFile): [string, Part][] {
  return [...tensors].map(([name, { dtype, shape, bytes }]) => {
    const range = scratch.append(bytes);
    return [name, { dtype, shape, read: () => scratch.read(range) }];
  });
}

function leftPart(
  name: string,
  weights: TensorSource,
  dtype: FloatTensorDType | undefined,
  isGguf: boolean,
): Part {
  const { dtype: own, shape } = weights.tensors.get(name)!;
  // The bytes of a GGUF are those that its converter made, which readFloat32 undoes.
  if (dtype !== undefined && (isGguf || (isFloatTensorDType(own) && own !== dtype)))
    return { dtype, shape, read: () => fromFloat32(weights.readFloat32(name), dtype, name) };
  return { dtype: own as TensorDType, shape, read: () => weights.readBytes(name) };
}

/** Bytes that wait on disk, not in memory, until they are asked for. */
interface ScratchFile {
  /** @returns what to give to {@link ScratchFile.read}. */
  append(bytes: Uint8Array): ScratchRange;
  read(range: ScratchRange): Uint8Array;
  /** Removes the file. */
  remove(): void;
}

interface ScratchRange {
  readonly offset: number;
  readonly length: number;
}

/** Makes a file at `path`, where there must be none. A full disk is an error that names it. */
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
    read: ({ offset, length }) => readExactly(descriptor, offset, length, "E_FILE", path),
    remove: () => {
      closeSync(descriptor);
      rmSync(path, { force: true });
    },
  };
}
