import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { elfLibrary } from "./elf-library.ts";

const own = ["libcublasLt.so.13", "libcublas.so.13", "libcurand.so.10", "libcudart.so.13", "libcuda.so.1"];

/** What NVIDIA's packages of CUDA 13 are linked to. */
export const cudaLibraries: Readonly<Record<string, readonly string[]>> = {
  "libcudart.so.13": ["libc.so.6"],
  "libcublasLt.so.13": ["libc.so.6"],
  "libcublas.so.13": ["libcublasLt.so.13", "libc.so.6"],
  "libcurand.so.10": ["libcudart.so.13", "libc.so.6"],
};

/** A Python environment with onnxruntime-gpu in it and these libraries of CUDA: names and sections, no code. */
export function pythonEnvironment(
  folder: string,
  { version = "1.30.0", libraries = Object.keys(cudaLibraries) } = {},
): string {
  const packages = join(folder, "lib/python3.12/site-packages");
  const write = (path: string, content: Buffer | string): void => {
    mkdirSync(dirname(join(packages, path)), { recursive: true });
    writeFileSync(join(packages, path), content);
  };
  write(
    "onnxruntime/capi/libonnxruntime_providers_cuda.so",
    elfLibrary([...own, "libstdc++.so.6", "libc.so.6"]),
  );
  write("onnxruntime/capi/libonnxruntime_providers_shared.so", elfLibrary(["libc.so.6"]));
  write(
    "onnxruntime/capi/build_and_package_info.py",
    `package_name = 'onnxruntime-gpu'\n__version__ = '${version}'\n`,
  );
  for (const name of libraries) write(`nvidia/cu13/lib/${name}`, elfLibrary(cudaLibraries[name]!));
  return folder;
}
