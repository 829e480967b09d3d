/** The packages of this repository that npm publishes, a copy of the checkout to release from, and programs to do it. */
import { execFile } from "node:child_process";
import { cpSync, existsSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { promisify } from "node:util";

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** A package that is not private. `path` is absolute, `folder` relative to its checkout: `packages/core`. */
export interface PublicPackage {
  readonly path: string;
  readonly folder: string;
  readonly manifest: Manifest;
}

export const root = resolve(import.meta.dirname, "../..");
export const rootManifest = readManifest(root);
/** As `npx` takes it: `pnpm@10.34.9`. */
export const pnpm = rootManifest.packageManager as string;

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}

/** The public packages of the checkout at `checkout`, in the order of their folders. */
export async function publicPackages(checkout: string): Promise<PublicPackage[]> {
  const listed = await run("npx", ["-y", pnpm, "ls", "--recursive", "--depth=-1", "--json"], checkout);
  return (JSON.parse(listed) as { path: string }[])
    .map(({ path }) => ({ path, folder: relative(checkout, path), manifest: readManifest(path) }))
    .filter(({ manifest }) => manifest.private !== true)
    .sort((a, b) => a.folder.localeCompare(b.folder));
}

/**
 * Copies the working tree to `copy`, as git sees it: what is tracked or would be, with changes that are not committed.
 * The copy is a repository of its own with one commit, and has its dependencies installed.
 */
export async function copyCheckout(copy: string): Promise<void> {
  const listed = await run("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], root);
  for (const file of listed.split("\0"))
    if (file !== "" && existsSync(join(root, file))) cpSync(join(root, file), join(copy, file));
  await run("git", ["init", "--quiet", "--initial-branch=main"], copy);
  await run("git", ["config", "user.name", "Release rehearsal"], copy);
  await run("git", ["config", "user.email", "rehearsal@localhost"], copy);
  await run("git", ["add", "--all"], copy);
  await run("git", ["commit", "--quiet", "--no-verify", "-m", "what is released"], copy);
  await run(
    "npx",
    ["-y", pnpm, "install", "--frozen-lockfile", "--prefer-offline", "--ignore-scripts"],
    copy,
  );
}

/** Copies what is built of `packages` to their places in `copy`. Only the provenance of results then has the version before. */
export function copyBuilds(copy: string, packages: readonly PublicPackage[]): void {
  for (const { path, folder } of packages) {
    const built = join(path, "dist");
    if (existsSync(built)) cpSync(built, join(copy, folder, "dist"), { recursive: true });
  }
}

/** Runs a program to its end and returns what it printed. An error carries `stdout` and `stderr`. */
export async function run(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  // Without what npm, pnpm and tsx put there for this process: the programs are a stranger's.
  const own = Object.entries(process.env).filter(
    ([key]) => !/^(npm_|pnpm_|NODE_OPTIONS$|NODE_PATH$|INIT_CWD$)/i.test(key),
  );
  const { stdout } = await promisify(execFile)(program, args, {
    cwd,
    env: { ...Object.fromEntries(own), NO_COLOR: "1", ...env },
    maxBuffer: 64e6,
  });
  return stdout;
}
