import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { notFolder } from "./own-folders.ts";

/** The trials that have a `<trialId>.json` in a folder, where such a file stays once it is there. */
export class KnownIds {
  readonly #folder: string;
  #known: Set<string> | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The first call lists the folder; later ones look only for a trial that had no file before. */
  has(id: string): boolean {
    this.#known ??= new Set(this.list());
    if (this.#known.has(id)) return true;
    const isThere = existsSync(join(this.#folder, `${id}.json`));
    if (isThere) this.#known.add(id);
    return isThere;
  }

  /** All that are there now, in no particular order. */
  list(): string[] {
    return idsIn(this.#folder);
  }
}

/** The trials that have a `<trialId>.json` in a folder; none where it is missing. */
export function idsIn(folder: string): string[] {
  return namesIn(folder).flatMap((name) => /^([0-9a-f]{64})\.json$/.exec(name)?.[1] ?? []);
}

/** Names in a folder; none where it is missing. Throws InputError `E_OUT` for a file. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return [];
    throw code === "ENOTDIR" ? notFolder(folder) : error;
  }
}
