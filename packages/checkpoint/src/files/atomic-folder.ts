import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { InputError } from "@lorank/core";
import { syncFolder } from "./atomic-file.ts";
import { makeFolder } from "./make-folder.ts";

export interface FolderOptions {
  /** Replace a folder that holds a model or an adapter (default false). */
  readonly force?: boolean;
  /** Folders and files that are read while the new one is written, so that none may lie in it. */
  readonly sources?: readonly string[];
}

/**
 * Writes a folder so that it appears as a whole or not at all: `write` fills a temporary folder beside it, which is then
 * renamed. A killed process may leave `.<name>.<random>` behind, which may be deleted.
 *
 * @throws InputError E_OUT when there is something at `path` that may not be replaced; otherwise whatever `write` throws,
 *   and then `path` is as it was.
 */
export function writeFolder<T>(
  path: string,
  { force = false, sources = [] }: FolderOptions,
  write: (folder: string) => T,
): T {
  const target = resolve(path);
  assertReplaceable(path, force, sources);
  makeFolder(dirname(target));
  const temporary = mkdtempSync(join(dirname(target), `.${basename(target)}.`));
  chmodSync(temporary, 0o777 & ~process.umask()); // what mkdir would have given, not the owner's alone
  try {
    const result = write(temporary);
    syncFolder(temporary);
    const old = `${temporary}.old`;
    if (existsSync(target)) renameSync(target, old);
    renameSync(temporary, target);
    rmSync(old, { recursive: true, force: true });
    syncFolder(dirname(target));
    return result;
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
}

/** @throws InputError E_OUT as {@link writeFolder} does, before any work. */
export function assertReplaceable(path: string, force: boolean, sources: readonly string[] = []): void {
  const wrong = (rule: string, got: string, help = ""): InputError =>
    new InputError("E_OUT", `output folder must ${rule}, got ${path}${got}${help}`);
  if (!existsSync(path)) return;
  for (const source of sources) {
    if (existsSync(source) && contains(realpathSync(path), realpathSync(source)))
      throw wrong("not hold what is read", `, and ${source} is in it`);
  }
  if (!statSync(path).isDirectory()) throw wrong("be a folder", ", which is a file");
  const files = readdirSync(path);
  if (files.length === 0) return;
  if (!force)
    throw wrong(
      "be new or empty",
      `, which holds ${files.length === 1 ? "1 file" : `${files.length} files`}`,
      "\n--force replaces it.",
    );
  if (!files.includes("config.json") && !files.includes("adapter_config.json"))
    throw wrong("hold a model or an adapter to be replaced", ", which holds neither");
}

function contains(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === "" || !(way === ".." || way.startsWith(`..${sep}`) || resolve(way) === way);
}
