import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Environment, userCache } from "../user-cache.ts";

/** What `lorank doctor --setup-cuda` found and keeps. */
export interface CudaSetup {
  /** Of ONNX Runtime; another version does not load these files. */
  readonly version: string;
  /** Holds libonnxruntime.so.1 with the provider's two libraries beside it, where it looks for them. */
  readonly folder: string;
  /** Paths of CUDA's libraries, each after those that it needs. */
  readonly libraries: readonly string[];
}

/** Files of `lorank doctor --setup-cuda`, in the user's cache. */
export interface CudaFiles {
  readonly folder: string;
  /** A {@link CudaSetup} as JSON. */
  readonly remembered: string;
}

export function cudaFiles(environment: Environment = process.env): CudaFiles {
  const folder = userCache("cuda", environment);
  return { folder, remembered: join(folder, "setup.json") };
}

/** What was set up; undefined where nothing was, or where the file does not say. */
export function rememberedCuda(environment: Environment = process.env): CudaSetup | undefined {
  try {
    const { version, folder, libraries } = JSON.parse(
      readFileSync(cudaFiles(environment).remembered, "utf8"),
    ) as Partial<CudaSetup>;
    const texts = [version, folder, ...(Array.isArray(libraries) ? libraries : [undefined])];
    if (!texts.every((text) => typeof text === "string")) return undefined;
    return { version: version!, folder: folder!, libraries: libraries! };
  } catch {
    return undefined;
  }
}
