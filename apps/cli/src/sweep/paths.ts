import { join } from "node:path";

/** `join` that keeps a leading `./`, so that a path is shown as it was given. */
export function joinShown(folder: string, name: string): string {
  return folder.startsWith("./") ? `./${join(folder, name)}` : join(folder, name);
}
