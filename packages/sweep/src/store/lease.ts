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
import { dirname, join } from "node:path";
import { commitOnce, makeFolder, readTextFile, throwIfUnreadable } from "@lorank/checkpoint/files";
import { InputError } from "@lorank/core";
import { isRunning, ownIdentity, type ProcessIdentity } from "./process-identity.ts";

/** Who is working on a results folder. */
export interface LeaseHolder extends ProcessIdentity {
  readonly since: string;
  readonly token: string;
}

/** A held lease. The file's modification time is renewed until it is released. */
export interface Lease {
  readonly holder: LeaseHolder;
  release(): void;
}

const renewMs = 10_000;
// Three renewals missed: a process on another host is gone, or its disk is.
const staleMs = 3 * renewMs;

/** Each try is a few file operations: where none succeeds, the user is told within a second. */
const mostTries = 20;

/**
 * Takes the results folder for this process, and makes it where it is missing: `sweep.lock` names the host and the pid.
 *
 * The lease is a courtesy, not what keeps the folder sound. It stops two sweeps from doing the same work; were both to
 * get it (a network file system, a stolen stale lease), each would still write only in attempts of its own, and the
 * first result of a trial would win.
 *
 * A lease is stale when its process is gone, which this host can see at once, or when a process elsewhere has not
 * renewed it for 30 seconds. Both times are the file system's, so that the hosts' clocks need not agree.
 *
 * @throws InputError `E_SWEEP_BUSY` that says who holds it; `E_OUT` where the folder cannot be made or written to, or
 *   `sweep.lock` is no plain file. A full disk is the file system's own error.
 */
export function takeLease(out: string): Lease {
  const path = join(out, "sweep.lock");
  const holder: LeaseHolder = {
    ...ownIdentity(),
    since: new Date().toISOString(),
    token: randomUUID(),
  };
  const text = `${JSON.stringify(holder)}\n`;
  try {
    makeFolder(out);
    takeFile(path, text, join(out, `.sweep.lock.${holder.token}.stale.tmp`));
  } catch (error) {
    throw isRefusal(error) ? unwritable(out, error.code, error) : error;
  }
  const timer = setInterval(() => renew(path, text), renewMs);
  timer.unref();
  return {
    holder,
    release() {
      clearInterval(timer);
      if (isPlainFile(path) && read(path)?.text === text) rmSync(path, { force: true });
    },
  };
}

/** Who is working on the results folder `out` now; undefined where nobody is. Only reads, so the time is this host's. */
export function leaseHolder(out: string): LeaseHolder | undefined {
  const path = join(out, "sweep.lock");
  const holder = isPlainFile(path) ? read(path)?.holder : undefined;
  return isStale(path, holder, Date.now) ? undefined : holder;
}

/** Creates the lease at `path`. A stale one is moved to `aside` first. */
function takeFile(path: string, text: string, aside: string): void {
  for (let tries = 0; tries < mostTries; tries++) {
    assertPlainFile(path);
    if (createExclusively(path, text)) return;
    const found = read(path);
    if (found === undefined) continue; // released in between
    if (!isStale(path, found.holder, () => fileSystemTime(aside))) throw busy(found.holder);
    removeStale(path, found.text, aside);
  }
  throw unwritable(dirname(path), `no sweep.lock there after ${mostTries} tries`);
}

/**
 * A link to nothing is a name that is taken and a file that is not there; a pipe would be waited for.
 *
 * @throws InputError `E_OUT`.
 */
function assertPlainFile(path: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined || stat.isFile()) return;
  const link = existsSync(path) ? "a symbolic link" : "a dangling symbolic link";
  const what = stat.isSymbolicLink() ? link : "a folder or device";
  throw new InputError(
    "E_OUT",
    `out must hold sweep.lock as a plain file or not at all, got ${what}\nDelete ${path}, then run the same again.`,
  );
}

function isPlainFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** False when somebody else holds the name. The file appears with its whole content or not at all. */
function createExclusively(path: string, text: string): boolean {
  try {
    return commitOnce(Buffer.from(text), path) === "committed";
  } catch (error) {
    // The holder has released it while we looked, or is tidying up and took our temporary file for a dead process's.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

function read(path: string): { readonly text: string; readonly holder: LeaseHolder | undefined } | undefined {
  let text: string;
  try {
    text = readTextFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throwIfUnreadable(path, error);
    throw error;
  }
  return { text, holder: holderIn(text) };
}

/** Undefined where the text is damaged or not ours: nobody can be asked. */
function holderIn(text: string): LeaseHolder | undefined {
  try {
    const holder = JSON.parse(text) as Partial<LeaseHolder> | null;
    const names = [holder?.host, holder?.since, holder?.token];
    const isHolder = names.every((name) => typeof name === "string") && isPid(holder?.pid);
    return isHolder ? (holder as LeaseHolder) : undefined;
  } catch {
    return undefined;
  }
}

/** 0 and negative numbers mean groups of processes to the system. */
function isPid(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

/** `now` is in milliseconds since 1970, and asked only where the process cannot be. */
function isStale(path: string, holder: LeaseHolder | undefined, now: () => number): holder is undefined {
  if (holder === undefined) return true;
  const runs = isRunning(holder);
  if (runs !== undefined) return !runs;
  const renewed = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  // Nor does one hold that was set by a clock ahead of the file system's: it would until that time comes.
  return renewed === undefined || Math.abs(now() - renewed) > staleMs;
}

/** What a file that is made now at `probe` has as its time. On a network file system that is the server's. */
function fileSystemTime(probe: string): number {
  const descriptor = openSync(probe, "wx");
  try {
    return fstatSync(descriptor).mtimeMs;
  } finally {
    closeSync(descriptor);
    rmSync(probe, { force: true });
  }
}

/**
 * Moves a stale lease away. Another process may have replaced it since we read it; then what we moved is a live lease,
 * and it goes back.
 */
function removeStale(path: string, staleText: string, aside: string): void {
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  try {
    if (readFileSync(aside, "utf8") !== staleText) linkSync(aside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/**
 * Writes the same again, for the file system to set the time by its own clock: `utimes` would set this host's. By one
 * descriptor, so that a lease which takes the place of ours in between is not written over.
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
    // The lease is a courtesy: losing it must not stop the sweep.
  }
}

/** The file system will not have this folder or a file in it; to try the same again is of no use. */
function isRefusal(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  const { code = "" } = error as NodeJS.ErrnoException;
  return ["EACCES", "EEXIST", "ELOOP", "ENAMETOOLONG", "ENOENT", "ENOTDIR", "EPERM", "EROFS"].includes(code);
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
