import { join, relative } from "node:path";
import type { PublishedAdapter } from "@lorank/sweep";

/** `join` that keeps a leading `./`, so that a path is shown as it was given. */
export function joinShown(folder: string, name: string): string {
  return folder.startsWith("./") ? `./${join(folder, name)}` : join(folder, name);
}

/** Adapters of a sweep whose folder was given as `out`, their folders as they are shown. */
export function shownAdapters(adapters: readonly PublishedAdapter[], out: string): PublishedAdapter[] {
  return adapters.map((one) => ({ ...one, folder: joinShown(out, relative(out, one.folder)) }));
}
