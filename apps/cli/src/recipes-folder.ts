import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Where the recipes lie: beside the built files, one folder below the package; from sources, in `examples/`. */
export function recipesFolder(): string {
  const built = fileURLToPath(new URL("./trainers", import.meta.url));
  return existsSync(built) ? built : fileURLToPath(new URL("../../../examples/trainers", import.meta.url));
}
