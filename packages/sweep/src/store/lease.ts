import { randomUUID } from "node:crypto";
import {
  closeSync,
  existsSync,
  fstatSync,
  linkSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { commitOnce, makeFolder, readTextFile, throwIfUnreadable } from "@lorank/checkpoint/disk";
import { InputError } from "@lorank/core";
import { isRunning, ownIdentity, type ProcessIdentity } from "./process-identity.ts";

export interface LeaseHolder extends ProcessIdentity {
  readonly since: string;
  readonly token: string;
}

interface Lease {
  readonly holder: LeaseHolder;
  release(): void;
}

const renewMs = 10_000;
// Three missed renewals: a process on another host is gone, or cannot write.
const staleMs = 3 * renewMs;

/** Most tries to take the lease; failure takes at most a second. */
const mostTries = 20;

/**
 * Takes the results folder for this process by `sweep.lock`, which names host and pid. A missing folder is made.
 *
 * The lease only saves doing work twice. A network file system may give it to two sweeps: each writes in own attempts,
 * and a trial's first result wins.
 *
 * A lease is stale when its process on this host is gone, or one elsewhere has not renewed it for 30 seconds.
 *
 * @throws InputError `E_SWEEP_BUSY` with the holder; `E_OUT` where the folder cannot be made or written to, or
 * `sweep.lock` is no plain file. A full disk is the file system's own error.
 */
export function takeLease(out: string): Lease {
  const path = join(out, "sweep.lock");
  const holder: LeaseHolder = { ...ownIdentity(), since: new Date().toISOString(), token: randomUUID() };
  const text = `${JSON.stringify(holder)}\n`;
  try {
    makeFolder(out);
    takeFile(out, path, text, join(out, `.sweep.lock.${holder.token}.stale.tmp`));
  } catch (error) {
    throw inWordsOnFolder(out, error);
  }
  const timer = setInterval(() => renew(path, text), renewMs);
  timer.unref();
  return {
    holder,
    release() {
      clearInterval(timer);
      if (read(path)?.text === text) rmSync(path, { force: true });
    },
  };
}

/** Process that holds the results folder's lease, if any. Writes nothing: a lease's age is by this host's clock. */
export function leaseHolder(out: string): LeaseHolder | undefined {
  const path = join(out, "sweep.lock");
  const holder = read(path)?.holder;
  return isStale(path, holder, Date.now) ? undefined : holder;
}

function takeFile(out: string, path: string, text: string, aside: string): void {
  for (let tries = 0; tries < mostTries; tries++) {
    assertPlainFile(path);
    if (createExclusively(path, text)) return;
    const current = read(path);
    if (current === undefined) continue; // lease released meanwhile
    if (!isStale(path, current.holder, () => fileSystemTime(aside))) throw busy(current.holder);
    removeStale(path, current.text, aside);
  }
  throw unwritable(out, `no sweep.lock there after ${mostTries} tries`);
}

/** Throws InputError `E_OUT` where `sweep.lock` is a link, even a broken one, or a pipe, which would block. */
function assertPlainFile(path: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined || stat.isFile()) return;
  const link = existsSync(path) ? "a symbolic link" : "a dangling symbolic link";
  const got = stat.isSymbolicLink() ? link : "a folder or device";
  throw new InputError(
    "E_OUT",
    `out must hold sweep.lock as a plain file or not at all, got ${got}\nDelete ${path}, then run the same again.`,
  );
}

/** Creates a file that appears with its whole content. False when the name is taken. */
function createExclusively(path: string, text: string): boolean {
  try {
    return commitOnce(Buffer.from(text), path) === "committed";
  } catch (error) {
    // The lease was released, or this process's temporary file was taken for a dead process's.
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}

function read(path: string): { readonly text: string; readonly holder: LeaseHolder | undefined } | undefined {
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
  try {
    const text = readTextFile(path);
    return { text, holder: holderIn(text) };
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throwIfUnreadable(path, error);
    throw error;
  }
}

/** Lease holder named in the file's text; undefined if damaged or no lease. */
function holderIn(text: string): LeaseHolder | undefined {
  try {
    const { host, since, token, pid, ...rest } = JSON.parse(text) as LeaseHolder;
    // 0 and negative numbers mean groups of processes.
    const isProcess = Number.isSafeInteger(pid) && pid > 0;
    return isProcess && [host, since, token].every((name) => typeof name === "string")
      ? { host, since, token, pid, ...rest }
      : undefined;
  } catch {
    return undefined;
  }
}

/** True if the lease is stale. `now`, in milliseconds since 1970, counts for a holder on another host. */
function isStale(path: string, holder: LeaseHolder | undefined, now: () => number): holder is undefined {
  if (holder === undefined) return true;
  const runs = isRunning(holder);
  if (runs !== undefined) return !runs;
  const renewed = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  // Future times, from a fast clock, are stale too.
  return renewed === undefined || Math.abs(now() - renewed) > staleMs;
}

function fileSystemTime(probe: string): number {
  const descriptor = openSync(probe, "wx");
  try {
    return fstatSync(descriptor).mtimeMs;
  } finally {
    closeSync(descriptor);
    rmSync(probe, { force: true });
  }
}

/** Moves a stale lease away, and moves it back if a live lease has just replaced it. */
function removeStale(path: string, staleText: string, aside: string): void {
  try {
    renameSync(path, aside);
    if (readFileSync(aside, "utf8") !== staleText) linkSync(aside, path);
  } catch (error) {
    if (!["ENOENT", "EEXIST"].includes(codeOf(error) ?? "")) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/**
 * Renews the lease. Rewriting sets the file system's time; `utimes` would set this host's. One descriptor never
 * overwrites a lease that has replaced this process's.
 */
function renew(path: string, text: string): void {
  try {
    const descriptor = openSync(path, "r+");
    try {
      if (readFileSync(descriptor, "utf8") === text) writeSync(descriptor, text, 0);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // A failed renewal is ignored: the folder is sound without the lease.
  }
}

/** Error codes another try at the lease would repeat. */
const refusals = ["EACCES", "EEXIST", "ELOOP", "ENAMETOOLONG", "ENOENT", "ENOTDIR", "EPERM", "EROFS"];

/** InputError `E_OUT` for an error of the file system that another try would repeat; else the error itself. */
export function inWordsOnFolder(out: string, error: unknown): unknown {
  const code = codeOf(error) ?? "";
  return refusals.includes(code) ? unwritable(out, code, error as Error) : error;
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

function unwritable(out: string, got: string, cause?: Error): InputError {
  return new InputError(
    "E_OUT",
    `out must be a folder that can be written to, got ${out} (${got})\nUse another --out.`,
    { cause },
  );
}

function busy({ pid, host, since }: LeaseHolder): InputError {
  return new InputError(
    "E_SWEEP_BUSY",
    `out must not be in use, got a folder that process ${pid} on ${host} has been working on since ${since}\n` +
      "Wait for it, stop it, or use another --out.",
  );
}
