import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { formatDecimalBytes, InputError } from "@lorank/core";
import { syncFolder } from "./atomic-file.ts";
import { isDead, ownerPattern, ownOwner } from "./process.ts";
import { freeBytes, systemErrorCode, writing } from "./system-error.ts";

export interface FolderOptions {
  /** Replace an existing model or adapter folder (default false). */
  readonly force?: boolean;
  /** Folders and files that `write` reads; none may be inside the new folder. */
  readonly sources?: readonly string[];
  /** Expected byte count, which the disk must have room for. */
  readonly bytes?: number;
}

/**
 * Writes a folder that appears as a whole or not at all: `write` fills a temporary folder beside it, which is then
 * renamed. {@link checkOutputFolder} clears what killed processes left, `.<name>.<owner>-<random>`.
 *
 * @throws as {@link checkOutputFolder} does; otherwise whatever `write` throws, and then `path` is as it was. File
 * system errors name the file that could not be written.
 */
export function writeFolder<T>(path: string, options: FolderOptions, write: (folder: string) => T): T {
  const target = resolve(path);
  checkOutputFolder(path, options);
  return writing(path, () => {
    makeFolder(dirname(target));
    const temporary = makeTemporary(target);
    const old = `${temporary}.old`;
    try {
      chmodSync(temporary, 0o777 & ~process.umask()); // mkdir's default mode, not the owner's alone
      const result = write(temporary);
      syncFolder(temporary);
      if (existsSync(target)) renameSync(target, old);
      renameSync(temporary, target);
      tryTo(() => rmSync(old, { recursive: true, force: true }));
      syncFolder(dirname(target));
      return result;
    } catch (error) {
      if (!existsSync(target)) tryTo(() => renameSync(old, target));
      tryTo(() => rmSync(temporary, { recursive: true, force: true }));
      throw inTarget(error, temporary, path);
    }
  });
}

function inTarget(error: unknown, temporary: string, path: string): unknown {
  if (error instanceof Error) error.message = error.message.replaceAll(temporary, path);
  return error;
}

/**
 * Checks that `path` is free and writable, and that the disk has room. Clears what dead processes on this host left: a
 * replaced folder without successor gets its name back, other leftovers are removed.
 *
 * @throws InputError E_OUT naming the rule.
 */
export function checkOutputFolder(
  path: string,
  { force = false, sources = [], bytes }: FolderOptions = {},
): void {
  const target = resolve(path);
  tidy(target);
  assertReplaceable(path, force, sources);
  assertWritable(path, target);
  const free = bytes === undefined ? undefined : freeBytes(target);
  if (bytes === undefined || free === undefined || free >= bytes) return;
  throw new InputError(
    "E_OUT",
    `output folder must lie on a disk with ${formatDecimalBytes(bytes)} free, got ${path}, where ${formatDecimalBytes(free)} are`,
  );
}

function makeTemporary(target: string): string {
  return mkdtempSync(join(dirname(target), `.${basename(target)}.${ownOwner}-`));
}

function tidy(target: string): void {
  const prefix = `.${basename(target)}.`;
  const form = new RegExp(`^(?<owner>${ownerPattern})-[0-9A-Za-z]{6}(?<old>\\.old)?$`);
  for (const name of namesIn(dirname(target))) {
    const { owner, old } = (name.startsWith(prefix) && form.exec(name.slice(prefix.length))?.groups) || {};
    if (owner === undefined || !isDead(owner)) continue;
    const path = join(dirname(target), name);
    if (old !== undefined && !existsSync(target)) tryTo(() => renameSync(path, target));
    tryTo(() => rmSync(path, { recursive: true, force: true }));
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Runs `action`, ignoring errors: another process may do the same at once. */
function tryTo(action: () => void): void {
  try {
    action();
  } catch {}
}

/** Throws unless a folder can be created at `path`; creating the first missing folder is the only sure test. */
function assertWritable(path: string, target: string): void {
  let first = target;
  while (!existsSync(dirname(first))) first = dirname(first);
  try {
    rmdirSync(makeTemporary(first));
  } catch (error) {
    throw wrong(
      path,
      "be in a place that can be written to",
      ` (${systemErrorCode(error)} in ${dirname(first)})`,
      "",
      error,
    );
  }
  if (existsSync(target) && lstatSync(target).dev !== statSync(dirname(target)).dev)
    throw wrong(
      path,
      "not be a mount point, which cannot be replaced",
      "",
      `\nUse a folder in it, such as ${join(path, "adapter")}.`,
    );
}

function assertReplaceable(path: string, force: boolean, sources: readonly string[]): void {
  if (!existsSync(path)) return;
  for (const source of sources) {
    if (existsSync(source) && contains(realpathSync(path), realpathSync(source)))
      throw wrong(path, "not hold what is read", `, and ${source} is in it`);
  }
  if (!statSync(path).isDirectory()) throw wrong(path, "be a folder", ", which is a file");
  const files = readdirSync(path);
  if (files.length === 0) return;
  if (!force)
    throw wrong(
      path,
      "be new or empty",
      `, which holds ${files.length === 1 ? "1 file" : `${files.length} files`}`,
      "\n--force replaces it.",
    );
  if (!files.includes("config.json") && !files.includes("adapter_config.json"))
    throw wrong(path, "hold a model or an adapter to be replaced", ", which holds neither");
}

function wrong(path: string, rule: string, got: string, help = "", cause?: unknown): InputError {
  const message = `output folder must ${rule}, got ${path}${got}${help}`;
  return new InputError("E_OUT", message, cause === undefined ? undefined : { cause });
}

function contains(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === "" || !(way === ".." || way.startsWith(`..${sep}`) || resolve(way) === way);
}

/**
 * Creates a folder and missing parents. Unlike recursive `mkdirSync`, it returns where a folder exists and where new
 * names fail with ENOENT, as in `/proc`.
 *
 * @param mode for new folders. (default 0o777, less the umask)
 * @throws the file system's error.
 */
export function makeFolder(path: string, mode = 0o777): void {
  if (isFolder(path)) return;
  if (dirname(path) !== path) makeFolder(dirname(path), mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if (!isFolder(path)) throw error; // made meanwhile by another process
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
