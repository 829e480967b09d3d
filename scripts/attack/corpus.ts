/** The files that an attack starts from: valid ones, and those that once broke a reader or that it must refuse. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";

export interface Original {
  readonly name: string;
  readonly load: () => Buffer;
}

/** A file with what its reader must make of it. */
export interface Case extends Original {
  readonly bytes: number;
  /** `accepted`, or the code of the error. */
  readonly expected: string;
  /** Read at night alone, for it takes seconds. */
  readonly isSlow?: true;
}

/** The files below a folder whose path ends so. */
export function filesWithin(folder: string, ending: string): Original[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(ending))
    .map((path) => join(folder, path))
    .sort()
    .map(fileOriginal);
}

export function fileOriginal(path: string): Original {
  return original(path, () => readFileSync(path));
}

export function textOriginal(name: string, text: string): Original {
  return original(name, () => Buffer.from(text));
}

/** `load` is called once: a file is changed many times. */
export function original(name: string, load: () => Buffer): Original {
  let bytes: Buffer | undefined;
  return { name, load: () => (bytes ??= load()) };
}

/** The files of a folder, each with what its reader must make of it. Every file must have a line, and every line a file. */
export function corpusIn(folder: string, expected: Readonly<Record<string, string>>): Case[] {
  const names = readdirSync(folder).sort();
  const missing = Object.keys(expected).filter((name) => !names.includes(name));
  if (missing.length > 0) throw new Error(`${folder} must hold ${missing.join(", ")}`);
  return names.map((name) => {
    const outcome = expected[name];
    if (outcome === undefined) throw new Error(`${basename(folder)}/${name} must have an expected outcome`);
    const path = join(folder, name);
    return { ...fileOriginal(path), name, bytes: statSync(path).size, expected: outcome };
  });
}

/** A file that is too large to keep: it is made anew whenever it is read, and never changed. */
export function generated(name: string, expected: string, load: () => Buffer): Case {
  return { name, load, bytes: Number.POSITIVE_INFINITY, expected };
}
