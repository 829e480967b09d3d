import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import { type ModelTokenizer, modelConfig, modelTokenizer } from "@lorank/checkpoint";
import { makeFolder } from "@lorank/checkpoint/disk";
import { modelAt } from "@lorank/checkpoint/files";
import { sha256Hex, sha256OfParts } from "@lorank/checkpoint/sha256";
import type { TokenInputs } from "@lorank/train/data";
import { createTokenizer, type TextTokenizer } from "@lorank/train/tokenizer";
import { packageVersion } from "../version.ts";

/**
 * Version of the token cache. Raise it when, within a release, the same inputs give other tokens or another file
 * format.
 */
const FORM = 3;

/** Inputs on which the tokens depend, apart from the tokenizer. */
interface Inputs extends TokenInputs {
  readonly maxLength: number;
}

/**
 * Tokenised texts as JSON below its digest, from the user's cache where possible. A chat template that inserts the date
 * is never cached.
 */
export function tokenised<T>(
  modelPath: string,
  inputs: Inputs,
  tokenise: (tokenizer: TextTokenizer) => T,
  cache?: TokenCache,
): T {
  const read = modelTokenizer(modelAt(modelPath));
  const make = (): T => tokenise(createTokenizer(modelAt(modelPath)));
  if (inputs.usesChatTemplate && read.chatTemplate?.includes("strftime_now")) return make();
  return remembered(tokensKey(read, modelType(modelPath), inputs), make, cache);
}

export function tokensKey(...inputs: Parameters<typeof keyLines>): string {
  return sha256OfParts(keyLines(...inputs));
}

function* keyLines(
  { tokenizer, config, chatTemplate }: Omit<ModelTokenizer, "source">,
  type: unknown,
  { settings, maxLength, parts }: Omit<Inputs, "usesChatTemplate">,
): Generator<string> {
  const line = (value: unknown): string => `${JSON.stringify(value)}\n`;
  yield line([FORM, packageVersion(), trainVersion(), type ?? null, maxLength, settings]);
  yield line([config, chatTemplate]);
  yield line(tokenizer);
  for (const rows of parts) {
    yield line(rows.length);
    for (const row of rows) yield line(row); // rows one at a time: together they may exceed a string's length
  }
}

/** Model type, which selects the tokenizer's class if the files name none. */
function modelType(modelPath: string): unknown {
  return modelConfig(modelAt(modelPath)).config.model_type;
}

/** Version of @lorank/train, which contains the tokenizer and is released separately. */
function trainVersion(): string {
  const { version } = createRequire(import.meta.url)("@lorank/train/package.json") as { version: string };
  return version;
}

export interface TokenCache {
  readonly folder: string | undefined;
  /** Limit on the cache's total bytes; files unread for longest are removed first. */
  readonly mostBytes: number;
}

const GIB = 2 ** 30;
/** Age in milliseconds at which unfinished cache files are removed. */
const STALE_MS = 24 * 60 * 60 * 1000;
const ENTRY = /^[0-9a-f]{64}\.json$/;
const UNFINISHED = /^[0-9a-f]{64}\.[0-9a-f]{16}\.part$/;

/**
 * Cache folder: `LORANK_TOKEN_CACHE` (a folder or `off`), else in the user's cache. Running from sources needs the
 * variable, since sources may change.
 */
export function tokenCache(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  fromSource = import.meta.url.endsWith(".ts"),
): TokenCache {
  const { LORANK_TOKEN_CACHE: choice, XDG_CACHE_HOME, HOME } = environment;
  if (choice) return { folder: choice === "off" ? undefined : choice, mostBytes: GIB };
  const cache = XDG_CACHE_HOME || join(HOME || homedir(), ".cache");
  return { folder: fromSource ? undefined : join(cache, "lorank", "tokens"), mostBytes: GIB };
}

/**
 * Reads the cached value under `key`, a SHA-256, or makes and saves it, as JSON below its digest. Damaged files are
 * made again; failed writes are ignored.
 */
export function remembered<T>(key: string, make: () => T, cache = tokenCache()): T {
  const { folder } = cache;
  if (folder === undefined) return make();
  const file = join(folder, `${key}.json`);
  const known = read(file);
  if (known !== undefined) return known.value as T;
  const value = make();
  keep(folder, key, value, cache.mostBytes);
  return value;
}

/** Reads a cache file: the body's SHA-256 on a line, then JSON. */
function read(file: string): { readonly value: unknown } | undefined {
  try {
    const bytes = readFileSync(file);
    const body = bytes.subarray(65);
    if (bytes.toString("latin1", 0, 65) !== `${sha256Hex(body)}\n`) return undefined;
    const value: unknown = JSON.parse(body.toString("utf8"));
    const now = new Date();
    utimesSync(file, now, now);
    return { value };
  } catch {
    return undefined;
  }
}

function keep(folder: string, key: string, value: unknown, mostBytes: number): void {
  const part = join(folder, `${key}.${randomBytes(8).toString("hex")}.part`);
  try {
    const body = Buffer.from(JSON.stringify(value));
    if (body.length + 65 > mostBytes) return;
    makeFolder(folder, 0o700);
    try {
      writeFileSync(part, Buffer.concat([Buffer.from(`${sha256Hex(body)}\n`), body]), {
        flag: "wx",
        mode: 0o600,
      });
      renameSync(part, join(folder, `${key}.json`));
    } finally {
      rmSync(part, { force: true });
    }
    prune(folder, key, mostBytes);
  } catch {
    // Full disk or read-only home: only the cache is lost.
  }
}

/** Removes the longest unused files above the limit, old unfinished files, and those for `key`, now complete. */
function prune(folder: string, key: string, mostBytes: number): void {
  const files = readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    const found = statSync(path, { throwIfNoEntry: false });
    return found?.isFile() ? [{ name, path, size: found.size, usedMs: found.mtimeMs }] : [];
  });
  for (const { name, path, usedMs } of files)
    if (UNFINISHED.test(name) && (name.startsWith(key) || Date.now() - usedMs > STALE_MS))
      rmSync(path, { force: true });
  let bytes = 0;
  const newestFirst = files.filter(({ name }) => ENTRY.test(name)).sort((a, b) => b.usedMs - a.usedMs);
  for (const { path, size } of newestFirst) {
    bytes += size;
    if (bytes > mostBytes) rmSync(path, { force: true });
  }
}
