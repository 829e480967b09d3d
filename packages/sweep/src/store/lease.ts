import { randomUUID } from "node:crypto";
import {
  existsSync,
  linkSync,
  lstatSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { commitOnce, makeFolder } from "@lorank/checkpoint/files";
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
// Three renewals missed: a process on another host whose clock agrees with ours is gone, or its disk is.
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
 * renewed it for 30 seconds.
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
      if (read(path)?.text === text) rmSync(path, { force: true });
    },
  };
}

/** Who is working on the results folder `out` now; undefined where nobody is. Only reads. */
export function leaseHolder(out: string): LeaseHolder | undefined {
  const path = join(out, "sweep.lock");
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
  const holder = read(path)?.holder;
  return isStale(path, holder) ? undefined : holder;
}

/** Creates the lease at `path`. A stale one is moved to `aside` first. */
function takeFile(path: string, text: string, aside: string): void {
  for (let tries = 0; tries < mostTries; tries++) {
    assertPlainFile(path);
    if (createExclusively(path, text)) return;
    const found = read(path);
    if (found === undefined) continue; // released in between
    if (!isStale(path, found.holder)) throw busy(found.holder);
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
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return { text, holder: JSON.parse(text) as LeaseHolder };
  } catch {
    return { text, holder: undefined }; // not ours, or damaged: nobody can be asked
  }
}

function isStale(path: string, holder: LeaseHolder | undefined): holder is undefined {
  if (holder === undefined) return true;
  const runs = isRunning(holder);
  if (runs !== undefined) return !runs;
  try {
    return Date.now() - statSync(path).mtimeMs > staleMs;
  } catch {
    return true;
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

function renew(path: string, text: string): void {
  try {
    if (read(path)?.text === text) utimesSync(path, new Date(), new Date());
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
