/** The files that a package.json names for those who install its package. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Manifest } from "./workspace.ts";

/** Fields whose paths lead into the package; others name packages, addresses or patterns of files. */
const fields = ["exports", "imports", "main", "module", "browser", "types", "bin"];

/** The declared files that are missing from an installed package: `exports["./results"].types: ./dist/results.d.ts`. */
export function missingFiles(folder: string, manifest: Manifest): string[] {
  return fields
    .flatMap((field) => pathsIn(manifest[field], field))
    .filter(([, path]) => !existsSync(join(folder, path)))
    .map(([place, path]) => `${place}: ${path}`);
}

/** Places and paths below a field; a path of `main` and `bin` may lack its `./`, one of `imports` then names a package. */
function pathsIn(value: unknown, place: string): (readonly [place: string, path: string])[] {
  if (typeof value === "string") {
    const isPath = value.startsWith("./") || !/^(imports|browser)\b/.test(place);
    return isPath && !value.includes("*") ? [[place, value]] : [];
  }
  return Object.entries(value ?? {}).flatMap(([key, below]) =>
    pathsIn(below, /^\w+$/.test(key) ? `${place}.${key}` : `${place}[${JSON.stringify(key)}]`),
  );
}
