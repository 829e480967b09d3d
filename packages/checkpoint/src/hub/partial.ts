import { randomBytes } from "node:crypto";
import { closeSync, copyFileSync, openSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../files/make-folder.ts";
import { isDead, ownerPattern, ownOwner } from "../files/owner.ts";

/**
 * A file that is being fetched is `<etag>.<owner>.incomplete` beside the blobs, and only the process in its name writes
 * into it. Another may take it over when that process is dead, by renaming it: of several that try, one succeeds. So
 * there is no lock that a killed process could leave behind.
 */
export type Claim =
  | { readonly kind: "claimed"; readonly path: string }
  /** Another process is at it. */
  | { readonly kind: "busy" };

/**
 * A living writer is never silent for so long: its connection would have timed out and been made anew. One that is
 * may have been suspended, or its number may belong to another process by now.
 */
const SILENCE = 150_000;

const partialName = new RegExp(`\\.(?<maker>free|${ownerPattern})-[0-9a-f]{8}\\.incomplete$`);

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
  return join(blobs, `${etag}.${ownOwner}-${random()}.incomplete`);
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
  const maker = partialName.exec(path)?.groups?.maker;
  const stats = statSync(path, { throwIfNoEntry: false });
  if (maker === undefined || stats === undefined) return "unknown";
  if (maker === "free" || isDead(maker)) return "abandoned";
  return Date.now() - stats.mtimeMs < SILENCE ? "busy" : "silent";
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
