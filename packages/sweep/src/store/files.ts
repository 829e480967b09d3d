import { closeSync, existsSync, fstatSync, lstatSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  makeFolder,
  openRegularFile,
  readTextFile,
  throwIfUnreadable,
  writeFileAtomic,
} from "@lorank/checkpoint/disk";
import { InputError, machineErrorCode, parseJson } from "@lorank/core";

/** Parses a JSON file. Throws InputError `E_JSON` for a damaged file, followed by `advice`. */
export function readJson(path: string, advice?: string): unknown {
  let text: string;
  try {
    text = readTextFile(path);
  } catch (cause) {
    throwIfUnreadable(path, cause);
    throw advice === undefined ? cause : withAdvice((cause as Error).message, advice, cause);
  }
  try {
    return parseJson(text, path);
  } catch (cause) {
    throw withAdvice((cause as Error).message, advice, cause);
  }
}

function withAdvice(message: string, advice: string | undefined, cause: unknown): InputError {
  return new InputError("E_JSON", advice === undefined ? message : `${message}\n${advice}`, { cause });
}

export function readJsonObject(path: string, advice: string): Readonly<Record<string, unknown>> {
  const json = readJson(path, advice);
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return { ...json };
  throw new InputError("E_JSON", `${path} must hold a JSON object, got ${JSON.stringify(json)}\n${advice}`);
}

type Content = Uint8Array | string | Iterable<Uint8Array>;

/** Writes a file atomically, unless its content is equal: then its times stay too. */
export function writeIfDifferent(path: string, content: Content): void {
  if (!isEqualFile(path, content)) writeFileAtomic(path, content);
}

/**
 * True for a file with this content, false for a damaged or absent file. Reads 64 KiB at a time.
 *
 * @throws InputError `E_OUT` for a folder, which no file can replace.
 */
export function isEqualFile(path: string, content: Content): boolean {
  const whole = typeof content === "string" ? Buffer.from(content) : content;
  const parts: Iterable<Uint8Array> = whole instanceof Uint8Array ? [whole] : whole;
  try {
    if (!statSync(path).isDirectory()) return hasParts(path, parts);
  } catch (error) {
    if (machineErrorCode(error) !== undefined) throwIfUnreadable(path, error);
    return false;
  }
  throw mustBe(path, "a file", "a folder");
}

function hasParts(path: string, parts: Iterable<Uint8Array>): boolean {
  const descriptor = openRegularFile(path);
  try {
    const room = Buffer.allocUnsafe(2 ** 16);
    for (const part of parts)
      for (let at = 0; at < part.length; ) {
        const got = readSync(descriptor, room, 0, Math.min(room.length, part.length - at), null);
        if (got === 0 || room.compare(part, at, at + got, 0, got) !== 0) return false;
        at += got;
      }
    return readSync(descriptor, room, 0, 1, null) === 0;
  } finally {
    closeSync(descriptor);
  }
}

interface FileEnds {
  readonly head: string;
  readonly tail: string;
  readonly bytes: number;
  /** File modification time, in milliseconds since 1970. */
  readonly modifiedAt: number;
}

export function readFileEnds(file: string, headBytes: number, tailBytes: number): FileEnds {
  const descriptor = openRegularFile(file);
  try {
    const { size, mtimeMs } = fstatSync(descriptor);
    const part = (length: number, from: number): string => {
      const bytes = Buffer.alloc(length);
      return bytes.toString("utf8", 0, readSync(descriptor, bytes, 0, length, from));
    };
    const [first, last] = [Math.min(size, headBytes), Math.min(size, tailBytes)];
    return { head: part(first, 0), tail: part(last, size - last), bytes: size, modifiedAt: mtimeMs };
  } finally {
    closeSync(descriptor);
  }
}

/** Whole lines of a growing file from the byte `from` on, and the byte behind them. */
export function linesFrom(file: string, from: number): { readonly lines: string[]; readonly end: number } {
  let descriptor: number;
  try {
    descriptor = openRegularFile(file);
  } catch {
    return { lines: [], end: from };
  }
  try {
    const bytes = Buffer.alloc(Math.max(0, fstatSync(descriptor).size - from));
    const text = bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, from));
    const whole = text.lastIndexOf(0x0a) + 1;
    return { lines: text.toString("utf8", 0, whole).split("\n").slice(0, -1), end: from + whole };
  } finally {
    closeSync(descriptor);
  }
}

/** Cache of trial ids with a `<trialId>.json` in a folder from which no file is ever removed. */
export class KnownIds {
  readonly #folder: string;
  #known: Set<string> | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** True if the id has a file. The folder is listed once; later calls look only for unknown ids. */
  has(id: string): boolean {
    this.#known ??= new Set(this.list());
    if (this.#known.has(id)) return true;
    const isThere = existsSync(join(this.#folder, `${id}.json`));
    if (isThere) this.#known.add(id);
    return isThere;
  }

  list(): string[] {
    return idsIn(this.#folder);
  }
}

export function idsIn(folder: string): string[] {
  return namesIn(folder).flatMap((name) => /^([0-9a-f]{64})\.json$/.exec(name)?.[1] ?? []);
}

/** Names in a folder, none if missing. Throws InputError `E_OUT` for a file. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return [];
    throw code === "ENOTDIR" ? notFolder(folder) : error;
  }
}

/** Makes a missing folder. Throws InputError `E_OUT` where something else has that name. */
export function makeOwnFolder(path: string): void {
  try {
    makeFolder(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === "EEXIST" || code === "ENOTDIR" || code === "ELOOP" ? notFolder(path) : error;
  }
}

export function notFolder(path: string): InputError {
  const got = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()
    ? "a symbolic link to nothing"
    : "a file";
  return mustBe(path, "a folder", got);
}

export function mustBe(path: string, rule: string, got: string): InputError {
  return new InputError("E_OUT", `${path} must be ${rule}, got ${got}\nDelete it, then run the same again.`);
}
