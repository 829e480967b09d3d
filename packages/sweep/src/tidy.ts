import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/**
 * Removes the temporary files that killed processes left under `folder`. They are whole or half copies of files that
 * never got their name; nothing refers to them.
 */
export function removeTemporaryFiles(folder: string): string[] {
  const removed = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => isTemporaryName(name))
    .map((name) => join(folder, name));
  for (const path of removed) rmSync(path, { force: true });
  return removed;
}

function isTemporaryName(name: string): boolean {
  return name.endsWith(".tmp");
}
