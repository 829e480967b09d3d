import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A published package: its folder in the repository, its name, and the source file of each entry point by its name. */
export interface PublishedPackage {
  readonly folder: string;
  readonly name: string;
  readonly entries: ReadonlyMap<string, string>;
}

/** The published packages of the repository at `root`. */
export function publishedPackages(root: string): PublishedPackage[] {
  return ["packages", "apps"]
    .flatMap((group) => readdirSync(join(root, group)).map((name) => `${group}/${name}`))
    .map((folder) => ({ folder, ...JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) }))
    .filter(({ private: own }) => own !== true)
    .map(({ folder, name, exports = {} }) => ({ folder, name, entries: entriesOf(folder, name, exports) }));
}

function entriesOf(folder: string, name: string, exports: Readonly<Record<string, unknown>>) {
  const entries = new Map<string, string>();
  for (const [subpath, target] of Object.entries(exports)) {
    const source = (target as { readonly "@lorank/source"?: string })["@lorank/source"];
    if (source !== undefined) entries.set(name + subpath.slice(1), join(folder, source));
  }
  return entries;
}
