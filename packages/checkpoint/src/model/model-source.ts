import { InputError } from "@lorank/core";
import {
  type ByteSource,
  bytesSource,
  type FileSource,
  readFileRange,
  sha256OfSource,
} from "../byte-source.ts";
import { decodeUtf8, type JsonObject, parseJsonObject } from "../json.ts";
import { folderAndFile, isGgufPath } from "../path.ts";

/** Access to a model's files: a folder's, or a single file whose name ends in `.gguf`. */
export interface ModelSource {
  /** Path of the folder or `.gguf` file, for messages. */
  readonly path: string;
  /** Path for other programs on this machine; absent if the model is in no folder. */
  readonly place?: string | undefined;
  pathOf(file: string): string;
  has(file: string): boolean;
  /**
   * Opens a file.
   *
   * @throws InputError `E_FILE` for an unreadable file.
   */
  open(file: string): FileSource;
  sha256(file: string): string;
}

/**
 * Model from immutable files by name, or from a single GGUF under that file's name.
 *
 * @param path for messages, such as `starter` or `tiny.gguf`.
 */
export function modelSource(path: string, files: ReadonlyMap<string, Uint8Array | ByteSource>): ModelSource {
  const pathOf = (file: string): string => (isGgufPath(path) ? path : `${path}/${file}`);
  const digests = new Map<string, string>();
  const model: ModelSource = {
    path,
    pathOf,
    has: (file) => files.has(file),
    open: (file) => {
      const found = files.get(file);
      if (found === undefined)
        throw new InputError("E_FILE", `${pathOf(file)} must be a readable file, got none of that name`);
      const source = found instanceof Uint8Array ? bytesSource(found) : found;
      return {
        path: pathOf(file),
        byteLength: source.byteLength,
        read: (offset, length) => source.read(offset, length),
        close: () => {}, // the source's owner closes it
      };
    },
    // The digest is cached: every trial asks, and a gigabyte takes seconds.
    sha256: (file) => {
      const digest = digests.get(file) ?? sha256OfSource(model.open(file));
      digests.set(file, digest);
      return digest;
    },
  };
  return model;
}

export function openWhole(model: ModelSource): FileSource {
  return model.open(folderAndFile(model.path).file);
}

export function readWholeFile(model: ModelSource, file: string, code = "E_FILE"): Uint8Array {
  const open = model.open(file);
  try {
    return readFileRange(open, 0, open.byteLength, code);
  } finally {
    open.close();
  }
}

/**
 * Reads a JSON file, and returns the bytes too, for a digest of what was parsed. Throws E_FILE when unreadable, E_JSON
 * when no JSON object.
 */
export function readJsonFile(model: ModelSource, file: string): { value: JsonObject; bytes: Uint8Array } {
  const bytes = readWholeFile(model, file);
  const path = model.pathOf(file);
  return { value: parseJsonObject(decodeUtf8(bytes, path), path), bytes };
}
