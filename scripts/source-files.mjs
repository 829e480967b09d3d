// The sources of all packages, for the checks of the lint step. Paths are from the repository's root.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** The `src` folder of each package. */
export const sourceFolders = ["packages", "apps"]
  .flatMap((group) => readdirSync(join(root, group)).map((name) => join(group, name, "src")))
  .filter((folder) => existsSync(join(root, folder)));

/** TypeScript files at or below a folder. */
export function sourceFilesIn(folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .filter((file) => /\.(?:ts|tsx|mts)$/.test(file))
    .map((file) => join(folder, file));
}
