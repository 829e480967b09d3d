import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import {
  cudaNeeds,
  driverTrouble,
  findProvider,
  libraryFolders,
  mentionsVersion,
  pipCommand,
  providerFiles,
} from "../../src/commands/doctor/cuda-libraries.ts";
import { elfLibrary } from "./elf-library.ts";
import { pythonEnvironment } from "./environment.ts";

const needsOf = (environment: string) =>
  cudaNeeds(
    join(findProvider(environment, "").folder, providerFiles[1]!),
    libraryFolders(environment, {}).filter((folder) => folder.startsWith(environment)),
  );

test("finds what the provider needs, each library behind those that it needs itself", () => {
  const { cuda, libraries, missing } = needsOf(pythonEnvironment(temporaryFolder()));
  expect(cuda).toBe(13);
  expect(libraries.map((path) => basename(path))).toEqual([
    "libcublasLt.so.13",
    "libcublas.so.13",
    "libcudart.so.13",
    "libcurand.so.10",
  ]);
  expect(missing).toEqual([]);
});

test("names what is missing, also what only a found library needs, but never the driver", () => {
  const environment = pythonEnvironment(temporaryFolder(), {
    libraries: ["libcublas.so.13", "libcudart.so.13"],
  });
  expect(needsOf(environment).missing).toEqual(["libcublasLt.so.13", "libcurand.so.10"]);
  writeFileSync(
    join(environment, "lib/python3.12/site-packages/nvidia/cu13/lib/libcudart.so.13"),
    elfLibrary(["libnvJitLink.so.13"]),
  );
  expect(needsOf(environment).missing).toEqual([
    "libcublasLt.so.13",
    "libcurand.so.10",
    "libnvJitLink.so.13",
  ]);
});

test("libraries that need each other are each found once", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "provider.so"), elfLibrary(["libcu1.so"]));
  writeFileSync(join(folder, "libcu1.so"), elfLibrary(["libcu2.so"]));
  writeFileSync(join(folder, "libcu2.so"), elfLibrary(["libcu1.so"]));
  const { libraries } = cudaNeeds(join(folder, "provider.so"), [folder]);
  expect(libraries.map((path) => basename(path))).toEqual(["libcu2.so", "libcu1.so"]);
});

test("the version is that of the package; of two bare files, whether they hold it", () => {
  const environment = pythonEnvironment(temporaryFolder(), { version: "1.29.1" });
  expect(findProvider(environment, "")).toMatchObject({ version: "1.29.1", commit: undefined });
  const bare = findProvider(environment, "").folder;
  rmSync(join(bare, "build_and_package_info.py"));
  writeFileSync(join(bare, providerFiles[1]!), "…\x001.30.0\0…");
  const provider = findProvider(bare, "");
  expect(provider.version).toBeUndefined();
  expect([mentionsVersion(provider, "1.30.0"), mentionsVersion(provider, "1.30")]).toEqual([true, false]);
  writeFileSync(join(bare, "libonnxruntime.so.1.30.0"), "Build Info: git-commit-id=f2c39fe2f, more");
  expect(findProvider(bare, "")).toEqual({ folder: bare, version: "1.30.0", commit: "f2c39fe2f" });
});

test("a folder without the provider is refused with the command that adds it", () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "lib/python3.12/site-packages"), { recursive: true });
  expect(() => findProvider(folder, "pip install x")).toThrow(
    expect.objectContaining({
      code: "E_CUDA",
      message: `--setup-cuda must name a Python environment with onnxruntime-gpu, got ${folder}, without libonnxruntime_providers_cuda.so\npip install x`,
    }),
  );
});

test("pip's packages of missing libraries, once each, with CUDA 12's names where they are wanted", () => {
  expect(pipCommand(["libcublas.so.13", "libcublasLt.so.13", "libcurand.so.10"], 13)).toBe(
    "pip install 'nvidia-cublas==13.*' 'nvidia-curand==10.*'",
  );
  expect(pipCommand(["libcublas.so.12", "libcudnn.so.9"], 12)).toBe(
    "pip install 'nvidia-cublas-cu12==12.*' 'nvidia-cudnn-cu12==9.*'",
  );
  expect(pipCommand(["libcudnn.so.9"], 13)).toBe("pip install 'nvidia-cudnn-cu13==9.*'");
});

test("the driver is missing, too old for the provider's CUDA, or nothing is known against it", () => {
  const folder = temporaryFolder();
  const version = join(folder, "version");
  const trouble = (cuda: number) => driverTrouble(cuda, [folder], version);
  expect(trouble(13)).toBe("libcuda.so.1 is missing; CUDA 13 needs driver 580 or newer");
  writeFileSync(join(folder, "libcuda.so.1"), "");
  expect(trouble(13)).toBeUndefined();
  writeFileSync(
    version,
    "NVRM version: NVIDIA UNIX x86_64 Kernel Module  570.86.15  Thu Jan 23 23:00:00 UTC 2026\n",
  );
  expect(trouble(13)).toBe("it is 570.86.15; CUDA 13 needs driver 580 or newer");
  expect(trouble(12)).toBeUndefined();
});
