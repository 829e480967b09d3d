import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { basename, join } from "node:path";
import { DeviceError } from "../device-error.ts";
import { installedVersion } from "../onnx-packages.ts";
import { type ProcessVariables, userCache } from "../user-cache.ts";

/** CUDA set-up saved by `lorank doctor --setup-cuda`. */
export interface CudaSetup {
  /** ONNX Runtime version; no other version loads these files. */
  readonly version: string;
  /** Folder with libonnxruntime.so.1 and the provider's two libraries, which must be beside it. */
  readonly folder: string;
  /** CUDA library paths, dependencies first. */
  readonly libraries: readonly string[];
}

export interface CudaFiles {
  readonly folder: string;
  readonly remembered: string;
  /** Saved set-up; undefined without one, or if incomplete. */
  setup(): CudaSetup | undefined;
}

export function cudaFiles(environment: ProcessVariables = process.env): CudaFiles {
  const folder = userCache("cuda", environment);
  const remembered = join(folder, "setup.json");
  return { folder, remembered, setup: () => readSetup(remembered) };
}

function readSetup(path: string): CudaSetup | undefined {
  try {
    const { version, folder, libraries } = JSON.parse(readFileSync(path, "utf8")) as Partial<CudaSetup>;
    const texts = [version, folder, ...(Array.isArray(libraries) ? libraries : [undefined])];
    if (!texts.every((text) => typeof text === "string")) return undefined;
    return { version: version!, folder: folder!, libraries: libraries! };
  } catch {
    return undefined;
  }
}

/** RTLD_NODELETE from glibc's dlfcn.h, missing in Node's list. */
const KEEP_LOADED = 0x1000;

let inUse: CudaSetup | undefined | null = null;

/**
 * Loads the set-up's libonnxruntime if versions match; the loader then uses it in place of the binding's own. Fails
 * silently.
 */
export function preloadOnnxruntime(): void {
  if (inUse !== null) return;
  inUse = undefined;
  const setup = process.platform === "linux" ? cudaFiles().setup() : undefined;
  if (setup === undefined || setup.version !== installedVersion()) return;
  if (loadForGood(join(setup.folder, "libonnxruntime.so.1")) === undefined) inUse = setup;
}

/**
 * Loads CUDA's libraries by path, since `LD_LIBRARY_PATH` acts on new processes only.
 * @throws DeviceError with the library that does not load; the driver's is last.
 */
export function preloadCuda(): void {
  for (const path of inUse?.libraries ?? []) {
    const reason = loadForGood(path);
    if (reason !== undefined)
      throw new DeviceError(
        `cuda could not load ${basename(path)}: ${reason}; lorank doctor --setup-cuda DIR`,
      );
  }
  const driver = inUse ? loadForGood("libcuda.so.1") : undefined;
  if (driver !== undefined)
    throw new DeviceError(
      `cuda has no driver: libcuda.so.1, of NVIDIA's driver, is missing or does not load (${driver})`,
    );
}

/** Loads a library that stays loaded. Returns the reason of a failure; undefined if it loaded. */
function loadForGood(path: string): string | undefined {
  try {
    process.dlopen({ exports: {} }, path, constants.dlopen.RTLD_NOW | KEEP_LOADED);
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    // Node complains about libraries that are no add-ons, after loading them.
    return message.startsWith("Module did not self-register") ? undefined : message.split("\n")[0];
  }
}
