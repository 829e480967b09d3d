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

/** The files of a model: those of a folder, or one whose name ends in `.gguf`. */
export interface ModelSource {
  /** The model's name for messages: the path of its folder or of its `.gguf` file. */
  readonly path: string;
  /** The place where other programs find it on this machine; absent where they cannot. */
  readonly place?: string | undefined;
  /** The name of one of its files, for messages. */
  pathOf(file: string): string;
  has(file: string): boolean;
  /** @throws InputError `E_FILE` for a file that cannot be read. */
  open(file: string): FileSource;
  /** SHA-256 of a whole file in lower-case hex. */
  sha256(file: string): string;
}

/**
 * A model from files that are at hand and do not change, by their names in its folder. A model in one GGUF has the name of
 * that file.
 *
 * @param path what messages call it, such as `starter` or `tiny.gguf`.
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
        close: () => {}, // whoever gave the source closes it
      };
    },
    // Every trial asks for them, and a gigabyte takes some seconds.
    sha256: (file) => {
      const digest = digests.get(file) ?? sha256OfSource(model.open(file));
      digests.set(file, digest);
      return digest;
    },
  };
  return model;
}

/** The one file of a model in a GGUF. */
export function openWhole(model: ModelSource): FileSource {
  return model.open(folderAndFile(model.path).file);
}

/** All bytes of a file. */
export function readWholeFile(model: ModelSource, file: string, code = "E_FILE"): Uint8Array {
  const open = model.open(file);
  try {
    return readFileRange(open, 0, open.byteLength, code);
  } finally {
    open.close();
  }
}

/**
 * Reads a JSON file; also returns its bytes, so that a digest is of what was parsed.
 *
 * @throws InputError E_FILE when it cannot be read, E_JSON when it is not a JSON object.
 */
export function readJsonFile(model: ModelSource, file: string): { value: JsonObject; bytes: Uint8Array } {
  const bytes = readWholeFile(model, file);
  const path = model.pathOf(file);
  return { value: parseJsonObject(decodeUtf8(bytes, path), path), bytes };
}
