import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative } from "node:path";

/** As a new file: one that has hard links must not be changed under its other names. */
function replace(path: string, content: Uint8Array | string): void {
  rmSync(path, { recursive: true });
  writeFileSync(path, content);
}

/** Ways to damage a file or a folder at `path`, by what they do. */
export const damages = {
  missing: (path: string) => rmSync(path, { recursive: true }),
  empty: (path: string) => replace(path, ""),
  "cut in half": (path: string) => {
    const bytes = readFileSync(path);
    replace(path, bytes.subarray(0, bytes.length >> 1));
  },
  null: (path: string) => replace(path, "null\n"),
  "an empty object": (path: string) => replace(path, "{}\n"),
  "a folder": (path: string) => {
    rmSync(path);
    mkdirSync(path);
  },
  "a file": (path: string) => replace(path, "no folder\n"),
  "a link to nothing": (path: string) => {
    rmSync(path, { recursive: true });
    symlinkSync("gone", path);
  },
  "a loop of links": (path: string) => {
    rmSync(path, { recursive: true });
    symlinkSync(basename(path), path);
  },
  "a FIFO": (path: string) => {
    rmSync(path);
    execFileSync("mkfifo", [path]);
  },
  "a link to a device without an end": (path: string) => {
    rmSync(path);
    symlinkSync("/dev/zero", path);
  },
  "with a flipped bit": (path: string) => {
    const bytes = Buffer.from(readFileSync(path));
    bytes[bytes.length >> 1]! ^= 1;
    replace(path, bytes);
  },
  "of its neighbour": (path: string) => {
    const ending = /\.\w+$/.exec(path)![0];
    const neighbour = readdirSync(dirname(path)).find(
      (name) => name !== basename(path) && name.endsWith(ending),
    );
    replace(path, readFileSync(join(dirname(path), neighbour!)));
  },
  "not readable": (path: string) => chmodSync(path, 0),
  "in upper case": (path: string) => renameSync(path, join(dirname(path), basename(path).toUpperCase())),
  "beside a foreign file": (path: string) => writeFileSync(join(dirname(path), "notes.txt"), "mine\n"),
  "beside a stray temporary file": (path: string) =>
    writeFileSync(join(dirname(path), `.${basename(path)}.0123456789abcdef.tmp`), "half"),
} as const;

/** A change of a text in a file, which must be there. */
export const edited = (from: RegExp | string, to: string) => (path: string) => {
  const text = readFileSync(path, "utf8");
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`${path} has no ${from}`);
  replace(path, changed);
};

/** What lies below a folder: bytes of files, names of folders, targets of links. */
export function snapshot(folder: string): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (path: string): void => {
    for (const name of readdirSync(path)) {
      const one = join(path, name);
      const stat = lstatSync(one);
      if (stat.isDirectory()) walk(one);
      const content = stat.isSymbolicLink()
        ? `-> ${readlinkSync(one)}`
        : stat.isDirectory()
          ? "a folder"
          : stat.isFile()
            ? contentOf(one)
            : "no file";
      found.set(relative(folder, one), content);
    }
  };
  walk(folder);
  return found;
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "not readable";
  }
}

/** Paths that differ between two snapshots. */
export function changes(before: Map<string, string>, after: Map<string, string>): string[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .sort();
}

const nobody = 65_534;

/** Runs `work` as a user to whom modes apply: root reads what nobody may. The folders are given to that user. */
export async function asUser<T>(folders: readonly string[], work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return work();
  for (const folder of folders) give(folder);
  process.seteuid!(nobody);
  try {
    return await work();
  } finally {
    process.seteuid!(0);
  }
}

function give(path: string): void {
  if (lstatSync(path).isSymbolicLink()) return;
  chownSync(path, nobody, nobody);
  if (lstatSync(path).isDirectory()) for (const name of readdirSync(path)) give(join(path, name));
}
