import { createHash, randomBytes } from "node:crypto";
import { closeSync, copyFileSync, openSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { makeFolder } from "../files/make-folder.ts";
import { systemErrorCode } from "../files/system-error.ts";

/**
 * A file that is being fetched is `<etag>.<owner>.incomplete` beside the blobs, and only the process in its name writes
 * into it. Another may take it over when that process is dead, by renaming it: of several that try, one succeeds. So
 * there is no lock that a killed process could leave behind.
 */
export type Claim =
  | { readonly kind: "claimed"; readonly path: string }
  /** Another process is at it. */
  | { readonly kind: "busy" };

const HOST = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);

/**
 * A living writer is never silent for so long: its connection would have timed out and been made anew. One that is
 * may have been suspended, or its number may belong to another process by now.
 */
const SILENCE = 150_000;

/** Takes over what an earlier process left of the blob `etag`, or starts a new file for it. */
export function claimPartial(blobs: string, etag: string): Claim {
  makeFolder(blobs);
  const others = partialsOf(blobs, etag).map((path) => ({ path, state: stateOf(path) }));
  if (others.some(({ state }) => state === "busy")) return { kind: "busy" };
  for (const { path, state } of others) {
    const own = ownPath(blobs, etag);
    if (state === "unknown" || !tryRename(path, own)) continue;
    if (state === "abandoned") return { kind: "claimed", path: own };
    // Its writer may wake up and write on into the file that it holds open: take the content, not the file.
    const copy = ownPath(blobs, etag);
    copyFileSync(own, copy);
    rmSync(own, { force: true });
    return { kind: "claimed", path: copy };
  }
  const path = ownPath(blobs, etag);
  closeSync(openSync(path, "wx"));
  return { kind: "claimed", path };
}

/** Leaves a part for whoever fetches the blob next, this process included. An empty one is removed. */
export function releasePartial(blobs: string, etag: string, path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.size) {
    tryRename(path, join(blobs, `${etag}.free-${random()}.incomplete`));
  } else rmSync(path, { force: true });
}

/** Removes parts of a blob that is whole now. */
export function removeAbandonedPartials(blobs: string, etag: string): void {
  for (const path of partialsOf(blobs, etag)) {
    if (stateOf(path) === "abandoned") rmSync(path, { force: true });
  }
}

function ownPath(blobs: string, etag: string): string {
  return join(blobs, `${etag}.${HOST}-${process.pid}-${random()}.incomplete`);
}

function random(): string {
  return randomBytes(4).toString("hex");
}

function partialsOf(blobs: string, etag: string): string[] {
  return readdirSync(blobs)
    .filter((name) => name.startsWith(`${etag}.`) && name.endsWith(".incomplete"))
    .map((name) => join(blobs, name));
}

/** `unknown`: of another program, such as the Python tools, which do not resume either. */
function stateOf(path: string): "abandoned" | "busy" | "silent" | "unknown" {
  const owner = /\.(?:free|(?<host>[0-9a-f]{8})-(?<pid>\d+))-[0-9a-f]{8}\.incomplete$/.exec(path);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (owner === null || stats === undefined) return "unknown";
  const { host, pid } = owner.groups ?? {};
  if (pid === undefined || (host === HOST && !isAlive(Number(pid)))) return "abandoned";
  return Date.now() - stats.mtimeMs < SILENCE ? "busy" : "silent";
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === "EPERM";
  }
}

/** False when it is gone, or held open on Windows. */
function tryRename(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch {
    return false;
  }
}
