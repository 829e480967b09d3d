import { createHash } from "node:crypto";
import {
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
} from "node:fs";
import { availableParallelism } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { makeFolder, writeFileAtomic, writeFolder } from "@lorank/checkpoint/disk";
import { InputError } from "@lorank/core";
import { type CudaSetup, checkDevice, cudaFiles, type OnnxLibrary, onnxLibrary } from "@lorank/graph/devices";
import type { Messages, Page } from "../../output.ts";
import {
  buildCommit,
  cudaNeeds,
  driverTrouble,
  findProvider,
  libraryFolders,
  mentionsVersion,
  type Provider,
  pipCommand,
  providerFiles,
} from "./cuda-libraries.ts";

export interface CudaSetupDocument extends CudaSetup {
  readonly directory: string;
  /** ONNX Runtime commit from which the provider was built; null if unknown. */
  readonly build: string | null;
  /** CUDA major version that the provider needs; null if none. */
  readonly cuda: number | null;
  /** Fault of NVIDIA's driver; null if none. */
  readonly driver: string | null;
  readonly works: boolean;
  readonly detail: string;
}

/**
 * Sets up CUDA for `lorank doctor --setup-cuda DIR`. DIR's CUDA provider and our libonnxruntime go into one cache
 * folder, and CUDA's libraries are recorded. If only the final try fails, the setup stays.
 */
export async function setupCuda(path: string, output: Messages): Promise<CudaSetupDocument> {
  const platform = `${process.platform}-${process.arch}`;
  if (platform !== "linux-x64")
    throw new InputError(
      "E_CUDA",
      `--setup-cuda must be used on linux-x64, got ${platform}: no CUDA provider is built for it`,
    );
  if (!existsSync(path))
    throw new InputError("E_CUDA", `--setup-cuda must name a folder, got ${path}, which does not exist`);
  const directory = realpathSync(resolve(path));
  const ours = await onnxLibrary();
  const provider = findProvider(directory, `pip install --no-deps onnxruntime-gpu==${ours.version}`);
  assertSameBuild(provider, ours);
  const folders = libraryFolders(directory);
  const { cuda, libraries, missing } = cudaNeeds(join(provider.folder, providerFiles[1]!), folders);
  if (missing.length > 0)
    throw new InputError(
      "E_CUDA",
      `--setup-cuda must find the libraries of CUDA ${cuda ?? ""}, got none of the name ${missing.join(", ")} in ${directory} or the system\n${pipCommand(missing, cuda)}`,
    );
  const setup = keep(provider, ours, libraries);
  const driver = driverTrouble(cuda, folders);
  output.note("Trying it in a process of its own");
  const { passed, detail } = await checkDevice({ device: "cuda", threads: availableParallelism() });
  return {
    directory,
    ...setup,
    build: provider.commit ?? null,
    cuda: cuda ?? null,
    driver: driver ?? null,
    works: passed,
    detail,
  };
}

export function viewCuda(
  { version, build, cuda, libraries, folder, driver, works, detail }: CudaSetupDocument,
  { print }: Page,
): void {
  print(`Provider    ONNX Runtime ${version}, build ${build ?? "unknown"}, for CUDA ${cuda ?? "unknown"}`);
  for (const library of libraries) print(`Library     ${library}`);
  print(`Kept in     ${folder}`);
  print(`Self-test   ${detail}`);
  if (works) print("CUDA works.");
  else if (driver !== null) print(`CUDA is set up as far as the driver: ${driver}.`);
  else print("CUDA is set up and does not work.");
}

/** Refuses a provider from another build of ONNX Runtime: providers call their own libonnxruntime. */
function assertSameBuild(provider: Provider, ours: OnnxLibrary): void {
  const pip = `pip install --no-deps onnxruntime-gpu==${ours.version}`;
  const version = provider.version ?? (mentionsVersion(provider, ours.version) ? ours.version : "another");
  if (version !== ours.version)
    throw new InputError(
      "E_CUDA",
      `--setup-cuda must name a provider of ONNX Runtime ${ours.version}, got ${version} in ${provider.folder}\n${pip}`,
    );
  const commit = provider.commit === undefined ? undefined : buildCommit(ours.path);
  if (commit !== undefined && commit !== provider.commit)
    throw new InputError(
      "E_CUDA",
      `--setup-cuda must name a provider of ONNX Runtime's build ${commit}, got ${provider.commit} in ${provider.folder}\n${pip}`,
    );
}

/** Links all files into a new folder, or none, and remembers this folder as the CUDA setup. */
function keep(provider: Provider, ours: OnnxLibrary, libraries: readonly string[]): CudaSetup {
  const sources = new Map([
    ["libonnxruntime.so.1", realpathSync(ours.path)],
    ...providerFiles.map((name) => [name, realpathSync(join(provider.folder, name))] as const),
  ]);
  const { folder: cache, remembered } = cudaFiles();
  const identity = [...sources.values()].map((file) => {
    const { ino, size, mtimeMs } = statSync(file);
    return [ino, size, mtimeMs];
  });
  const key = createHash("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, 16);
  const folder = join(cache, `${ours.version}-${key}`);
  if (!existsSync(folder))
    writeFolder(folder, {}, (made) => {
      for (const [name, file] of sources) linkOrCopy(file, join(made, name));
    });
  const setup: CudaSetup = { version: ours.version, folder, libraries };
  makeFolder(dirname(remembered));
  writeFileAtomic(remembered, `${JSON.stringify(setup, null, 2)}\n`);
  // Processes using an earlier provider keep working: open files outlive their removal.
  for (const name of readdirSync(cache))
    if (/^\d+\.\d+\.\d+-[0-9a-f]{16}$/.test(name) && name !== basename(folder))
      rmSync(join(cache, name), { recursive: true, force: true });
  return setup;
}

/** Links a file; copies it if another file system or owner forbids links. */
function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to, constants.COPYFILE_FICLONE);
  }
}
