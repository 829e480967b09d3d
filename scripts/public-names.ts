/** The names that a package exports, for a test that holds the list of them. */
import { readFileSync } from "node:fs";

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly "@lorank/source": string }>>;
}

/** Sorted names of the values that the package at `root` exports, by subpath, read from its sources. */
export async function publicNames(root: URL): Promise<Record<string, string[]>> {
  const manifest = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as Manifest;
  const names: Record<string, string[]> = {};
  for (const [subpath, target] of Object.entries(manifest.exports)) {
    if (typeof target === "string") continue; // a JSON file
    const { pathname } = new URL(target["@lorank/source"], root);
    names[subpath] = Object.keys(await import(/* @vite-ignore */ pathname)).toSorted();
  }
  return names;
}

/** Those of the names that the README of the package at `root` does not have as words. */
export function absentFromReadme(root: URL, names: Readonly<Record<string, readonly string[]>>): string[] {
  const readme = readFileSync(new URL("README.md", root), "utf8");
  return Object.values(names)
    .flat()
    .filter((name) => !new RegExp(`\\b${name}\\b`).test(readme));
}
