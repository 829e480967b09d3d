import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import { InputError } from "@lorank/core";

/** CUDA provider (back end) for ONNX Runtime: two libraries in a folder. */
export interface Provider {
  readonly folder: string;
  readonly version: string | undefined;
  readonly commit: string | undefined;
}

export const providerFiles = ["libonnxruntime_providers_shared.so", "libonnxruntime_providers_cuda.so"];
const CUDA_PROVIDER = providerFiles[1]!;

/**
 * Lowest NVIDIA driver versions by CUDA major version. Source: NVIDIA, CUDA Compatibility, table for minor versions.
 */
const lowestDriver: Readonly<Record<number, number>> = { 12: 525, 13: 580 };

function packageFolders(directory: string): string[] {
  const libraries = ["lib", "lib64"].flatMap((lib) =>
    namesIn(join(directory, lib))
      .filter((name) => name.startsWith("python3"))
      .flatMap((python) =>
        ["site-packages", "dist-packages"].map((name) => join(directory, lib, python, name)),
      ),
  );
  return [directory, ...libraries].filter((folder) => existsSync(folder));
}

export function findProvider(directory: string, pip: string): Provider {
  const tried = packageFolders(directory).flatMap((folder) => [folder, join(folder, "onnxruntime", "capi")]);
  const folder = tried.find((place) => providerFiles.every((name) => existsSync(join(place, name))));
  if (folder === undefined)
    throw new InputError(
      "E_CUDA",
      `--setup-cuda must name a Python environment with onnxruntime-gpu, got ${directory}, without ${CUDA_PROVIDER}\n${pip}`,
    );
  const main = namesIn(folder).find((name) => name.startsWith("libonnxruntime.so."));
  const info = join(folder, "build_and_package_info.py");
  return {
    folder,
    version:
      /\.so\.(\d+\.\d+\.\d+)$/.exec(main ?? "")?.[1] ??
      (existsSync(info) ? /__version__ = '([\d.]+)'/.exec(readFileSync(info, "utf8"))?.[1] : undefined),
    commit: main === undefined ? undefined : buildCommit(join(folder, main)),
  };
}

/** Tests if the provider's binary contains the version as a separate string; the two files tell no more. */
export function mentionsVersion({ folder }: Provider, version: string): boolean {
  return readFileSync(join(folder, CUDA_PROVIDER)).includes(`\0${version}\0`);
}

export function buildCommit(library: string): string | undefined {
  const bytes = readFileSync(library);
  const at = bytes.indexOf("git-commit-id=");
  return at < 0 ? undefined : /^git-commit-id=([0-9a-f]+)/.exec(bytes.toString("latin1", at, at + 64))?.[1];
}

/** Folders to search for CUDA's libraries: the Python environment's, then the system's. */
export function libraryFolders(directory: string, environment = process.env): string[] {
  const inside = packageFolders(directory).flatMap((folder) => [
    folder,
    ...namesIn(join(folder, "nvidia")).map((name) => join(folder, "nvidia", name, "lib")),
  ]);
  const system = [
    "/usr/local/cuda/lib64",
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib64",
    "/usr/lib",
    "/usr/lib/wsl/lib",
  ];
  const named = (environment.LD_LIBRARY_PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return [...inside, ...named, ...system].filter((folder) => existsSync(folder));
}

interface CudaNeeds {
  /** CUDA major version that the provider needs; undefined if none. */
  readonly cuda: number | undefined;
  readonly libraries: readonly string[];
  readonly missing: readonly string[];
}

/**
 * Reads a provider's needed libraries, and recursively theirs, from dynamic sections; NVIDIA's driver is left out. Adds
 * two libraries opened by name, if present.
 */
export function cudaNeeds(provider: string, folders: readonly string[]): CudaNeeds {
  const found = new Map<string, string>();
  const missing: string[] = [];
  const visit = (name: string, optional = false): void => {
    if (!/^lib(cu|nv)/.test(name) || name === "libcuda.so.1" || found.has(name) || missing.includes(name))
      return;
    const folder = folders.find((place) => existsSync(join(place, name)));
    if (folder === undefined) {
      if (!optional) missing.push(name);
      return;
    }
    const path = realpathSync(join(folder, name));
    found.set(name, path);
    for (const other of neededBy(path)) visit(other);
    found.delete(name);
    found.set(name, path);
  };
  const needed = neededBy(provider);
  for (const name of needed) visit(name);
  const cuda = needed.map((name) => /^libcudart\.so\.(\d+)$/.exec(name)?.[1]).find(Boolean);
  if (cuda !== undefined) for (const name of [`libnvrtc.so.${cuda}`, "libcudnn.so.9"]) visit(name, true);
  return { cuda: cuda === undefined ? undefined : Number(cuda), libraries: [...found.values()], missing };
}

const PACKAGES: Readonly<Record<string, string>> = {
  libcudart: "nvidia-cuda-runtime",
  libcublas: "nvidia-cublas",
  libcublasLt: "nvidia-cublas",
  libcurand: "nvidia-curand",
  libcufft: "nvidia-cufft",
  libcudnn: "nvidia-cudnn",
  libcusparse: "nvidia-cusparse",
  libcusolver: "nvidia-cusolver",
  libnvrtc: "nvidia-cuda-nvrtc",
  libnvJitLink: "nvidia-nvjitlink",
};

/** Command `pip install …` for missing libraries. Up to CUDA 12, package names end in CUDA's major version. */
export function pipCommand(missing: readonly string[], cuda: number | undefined): string {
  const packages = missing.map((name) => {
    const [, stem = name, major = "0"] = /^(\w+)\.so\.(\d+)/.exec(name) ?? [];
    const suffix = stem === "libcudnn" || (cuda !== undefined && cuda <= 12) ? `-cu${cuda}` : "";
    return PACKAGES[stem] === undefined ? undefined : `'${PACKAGES[stem]}${suffix}==${major}.*'`;
  });
  return `pip install ${[...new Set(packages.filter((name) => name !== undefined))].join(" ")}`;
}

export function driverTrouble(
  cuda: number | undefined,
  folders: readonly string[],
  versionFile = "/proc/driver/nvidia/version",
): string | undefined {
  const lowest = cuda === undefined ? undefined : lowestDriver[cuda];
  const needs = lowest === undefined ? "" : `; CUDA ${cuda} needs driver ${lowest} or newer`;
  if (!folders.some((folder) => existsSync(join(folder, "libcuda.so.1"))))
    return `libcuda.so.1 is missing${needs}`;
  const version = existsSync(versionFile)
    ? /\b(\d{3})\.\d+(\.\d+)?\b/.exec(readFileSync(versionFile, "utf8"))
    : null;
  return version !== null && lowest !== undefined && Number(version[1]) < lowest
    ? `it is ${version[0]}${needs}`
    : undefined;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Sizes in bytes: file header, program header, dynamic entry. Source: elf(5), 64 bits. */
const [HEADER, SEGMENT, ENTRY] = [64, 56, 16];
const [LOAD, DYNAMIC] = [1, 2];
const [NEEDED, STRING_TABLE, STRING_TABLE_BYTES] = [1, 5, 10];
/** Limits on a library's dynamic section; CUDA's provider has 40 entries and 8 kB of names. */
const [MOST_ENTRIES, MOST_NAME_BYTES] = [10_000, 2 ** 26];

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly bytes: number;
}

/**
 * Libraries to which a 64-bit little-endian ELF library is linked (NEEDED entries), in file order.
 * @throws E_LIBRARY for a malformed file, with the broken rule.
 */
export function neededBy(path: string): string[] {
  const wrong = (rule: string, got: string): InputError =>
    new InputError("E_LIBRARY", `${path} must ${rule}, got ${got}`);
  const file = openSync(path, "r");
  try {
    const size = fstatSync(file).size;
    const read = (offset: number, length: number, what: string): Buffer => {
      if (offset + length > size)
        throw wrong(`hold its ${what}`, `${size} bytes, of which it wants ${length} at ${offset}`);
      const bytes = Buffer.alloc(length);
      if (readSync(file, bytes, 0, length, offset) !== length) throw wrong(`hold its ${what}`, "fewer bytes");
      return bytes;
    };
    const header = read(0, Math.min(HEADER, size), "header");
    if (header.length < HEADER || header.toString("latin1", 0, 6) !== "\x7fELF\x02\x01")
      throw wrong("be a 64-bit little-endian ELF library", `the first bytes ${header.toString("hex", 0, 6)}`);
    const [entryBytes, count] = [header.readUInt16LE(54), header.readUInt16LE(56)];
    if (entryBytes !== SEGMENT) throw wrong(`have program headers of ${SEGMENT} bytes`, String(entryBytes));
    const table = read(wide(header, 32), count * SEGMENT, "program headers");
    const segments = Array.from({ length: count }, (_, i) => segmentAt(table, i * SEGMENT));
    const dynamic = segments.find(({ type }) => type === DYNAMIC);
    if (dynamic === undefined) throw wrong("have a dynamic section", "none");
    if (dynamic.bytes > MOST_ENTRIES * ENTRY)
      throw wrong(`have at most ${MOST_ENTRIES} dynamic entries`, `${dynamic.bytes} bytes of them`);
    const entries = entriesOf(read(dynamic.offset, dynamic.bytes, "dynamic section"));
    const value = (tag: number) => entries.find((entry) => entry.tag === tag)?.value;
    const [address, bytes] = [value(STRING_TABLE), value(STRING_TABLE_BYTES)];
    if (address === undefined || bytes === undefined) throw wrong("have a string table", "none");
    if (bytes > MOST_NAME_BYTES) throw wrong(`have at most ${MOST_NAME_BYTES} bytes of names`, `${bytes}`);
    const home = segments.find(
      (part) => part.type === LOAD && address >= part.address && address - part.address < part.bytes,
    );
    if (home === undefined)
      throw wrong("load its string table", `the address ${address}, which it does not load`);
    const names = read(home.offset + address - home.address, bytes, "string table").toString("latin1");
    return entries.flatMap(({ tag, value: start }) => {
      if (tag !== NEEDED) return [];
      const end = start < names.length ? names.indexOf("\0", start) : -1;
      if (end <= start)
        throw wrong("name the libraries that it needs", `no name at ${start} of its string table`);
      return names.slice(start, end);
    });
  } finally {
    closeSync(file);
  }
}

function wide(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}

function segmentAt(table: Buffer, at: number): Segment {
  return {
    type: table.readUInt32LE(at),
    offset: wide(table, at + 8),
    address: wide(table, at + 16),
    bytes: wide(table, at + 32),
  };
}

function entriesOf(section: Buffer): { readonly tag: number; readonly value: number }[] {
  const entries: { tag: number; value: number }[] = [];
  for (let at = 0; at + ENTRY <= section.length; at += ENTRY) {
    const tag = wide(section, at);
    if (tag === 0) break;
    entries.push({ tag, value: wide(section, at + 8) });
  }
  return entries;
}
