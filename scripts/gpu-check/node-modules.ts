/** The packages that run the command line, copied out of pnpm's store into one folder that needs no other. */
import { cpSync, existsSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Manifest, readManifest } from "../release/workspace.ts";

/**
 * Copies what `folder` depends on, and what that depends on, into `target/node_modules`: of our own packages what npm would
 * publish, as built. A second version of a package goes below the one that wants it. Those named in `without` stay out.
 */
export function copyDependencies(folder: string, target: string, without: ReadonlySet<string>): void {
  const placed = new Map<string, string>();
  const visit = (from: string, into: string): void => {
    const { dependencies = {}, optionalDependencies = {} } = readManifest(from) as Manifest & {
      readonly optionalDependencies?: Readonly<Record<string, string>>;
    };
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      if (without.has(name)) continue;
      const source = findPackage(name, from);
      if (source === undefined) {
        if (name in optionalDependencies) continue;
        throw new Error(`${name}, which ${from} needs, must be installed, got no such folder`);
      }
      const manifest = readManifest(source);
      if (!fits(manifest.os, process.platform) || !fits(manifest.cpu, process.arch)) continue;
      if (placed.get(name) === source) continue;
      const place = join(placed.has(name) ? into : target, "node_modules", name);
      if (existsSync(place)) continue;
      if (!placed.has(name)) placed.set(name, source);
      copyPackage(source, manifest, place);
      visit(source, place);
    }
  };
  visit(folder, target);
}

/** As Node looks for it, beginning beside the files of the package that wants it. */
function findPackage(name: string, from: string): string | undefined {
  for (let folder = realpathSync(from); dirname(folder) !== folder; folder = dirname(folder)) {
    const path = join(folder, "node_modules", name);
    if (existsSync(path)) return realpathSync(path);
  }
  return undefined;
}

function copyPackage(source: string, manifest: Manifest, place: string): void {
  mkdirSync(place, { recursive: true });
  const ours = !source.includes("/node_modules/");
  // Of the published manifest the entry points count, which have no condition for the sources.
  const { exports } = (manifest.publishConfig ?? {}) as { readonly exports?: unknown };
  const published = { ...manifest, ...(exports === undefined ? {} : { exports }) };
  writeFileSync(join(place, "package.json"), JSON.stringify(published));
  const files = ours ? (manifest.files as readonly string[]) : ["."];
  for (const file of files) {
    if (!existsSync(join(source, file))) throw new Error(`${source} must be built, got no ${file}`);
    cpSync(join(source, file), join(place, file), {
      recursive: true,
      dereference: true,
      filter: (path) =>
        !/\.(map|d\.[cm]?ts|md)$/.test(path) &&
        !path.slice(source.length).includes("/node_modules") &&
        path !== join(source, "package.json"),
    });
  }
}

const fits = (wanted: readonly string[] | undefined, here: string): boolean => wanted?.includes(here) ?? true;
