import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { delimiter, join } from "node:path";
import { InputError } from "@lorank/core";
import { neededBy } from "./elf.ts";

/** The CUDA provider of an ONNX Runtime, which is two files beside each other. */
export interface Provider {
  readonly folder: string;
  /** Undefined where the folder does not say. */
  readonly version: string | undefined;
  /** The commit that the provider was built from, where libonnxruntime lies beside it. */
  readonly commit: string | undefined;
}

export const providerFiles = ["libonnxruntime_providers_shared.so", "libonnxruntime_providers_cuda.so"];
const CUDA_PROVIDER = providerFiles[1]!;

/** What NVIDIA's driver has to be at least. Source: CUDA Compatibility, table of minor version compatibility. */
const lowestDriver: Readonly<Record<number, number>> = { 12: 525, 13: 580 };

/** Folders of a Python environment with packages in them: itself, or those of `lib/python3.12` and the like. */
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

/** @throws InputError E_CUDA where no folder has both files. */
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

/** Whether the provider holds the version as a text of its own: all that two files without others say. */
export function mentionsVersion({ folder }: Provider, version: string): boolean {
  return readFileSync(join(folder, CUDA_PROVIDER)).includes(`\0${version}\0`);
}

/** The commit that ONNX Runtime's library says it was built from. */
export function buildCommit(library: string): string | undefined {
  const bytes = readFileSync(library);
  const at = bytes.indexOf("git-commit-id=");
  return at < 0 ? undefined : /^git-commit-id=([0-9a-f]+)/.exec(bytes.toString("latin1", at, at + 64))?.[1];
}

/** Where to look for CUDA's libraries: in the environment, then where the system has them. */
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

export interface CudaNeeds {
  /** Major version of CUDA that the provider was built for; undefined where it needs no runtime of CUDA. */
  readonly cuda: number | undefined;
  /** Paths, each after those that it needs. */
  readonly libraries: readonly string[];
  readonly missing: readonly string[];
}

/**
 * What a provider needs of NVIDIA's libraries, read from the dynamic sections of the provider and of what is found. Those of
 * the driver are not among them. Two that ONNX Runtime opens by name when they are there come too.
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
    found.delete(name); // set again, behind what it needs
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

/** What to install for missing libraries. A library's number is its package's; until CUDA 12 the names end in it. */
export function pipCommand(missing: readonly string[], cuda: number | undefined): string {
  const packages = missing.map((name) => {
    const [, stem = name, major = "0"] = /^(\w+)\.so\.(\d+)/.exec(name) ?? [];
    const suffix = stem === "libcudnn" || (cuda !== undefined && cuda <= 12) ? `-cu${cuda}` : "";
    return PACKAGES[stem] === undefined ? undefined : `'${PACKAGES[stem]}${suffix}==${major}.*'`;
  });
  return `pip install ${[...new Set(packages.filter((name) => name !== undefined))].join(" ")}`;
}

/** What is wrong with NVIDIA's driver here; undefined where nothing is known to be. */
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

/** A folder's names; none where it cannot be read. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
