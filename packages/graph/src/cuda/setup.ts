import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { basename, join } from "node:path";
import { DeviceError } from "../device-error.ts";
import { type ProcessVariables, userCache } from "../user-cache.ts";

/** Set-up that `lorank doctor --setup-cuda` found and saved. */
export interface CudaSetup {
  /** Version of ONNX Runtime; another one does not load these files. */
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
  /** Reads it; undefined if there is none, or if the file is incomplete. */
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

/** RTLD_NODELETE of glibc's dlfcn.h, which Node's list lacks. */
const KEEP_LOADED = 0x1000;

/** The set-up whose libonnxruntime this process has loaded; null before it was looked for. */
let inUse: CudaSetup | undefined | null = null;

/**
 * Loads the libonnxruntime that has CUDA's provider beside it, where it was set up for the version that is installed. The
 * loader then takes it for the binding's own, which has the same name: no file in node_modules is touched. Without a
 * set-up, or where it does not load, nothing happens.
 */
export function preloadOnnxruntime(): void {
  if (inUse !== null) return;
  inUse = undefined;
  const setup = process.platform === "linux" ? cudaFiles().setup() : undefined;
  if (setup === undefined || setup.version !== installedVersion()) return;
  if (loadForGood(join(setup.folder, "libonnxruntime.so.1")) === undefined) inUse = setup;
}

/**
 * Loads CUDA's libraries of the set-up, which the loader then finds by their names. `LD_LIBRARY_PATH` would do the same
 * only for processes that are started with it.
 *
 * @throws DeviceError with the library that does not load; the driver's is the last.
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

/** Version of the module that `loadNativeBuild` will take. */
function installedVersion(): string | undefined {
  const require = createRequire(import.meta.url);
  for (const name of ["onnxruntime-node", "@lorank/onnxruntime"]) {
    try {
      return (require(`${name}/package.json`) as { readonly version: string }).version;
    } catch {} // not installed
  }
  return undefined;
}

/** Loads a library that is no add-on and keeps it. Returns why it could not be loaded. */
function loadForGood(path: string): string | undefined {
  try {
    process.dlopen({ exports: {} }, path, constants.dlopen.RTLD_NOW | KEEP_LOADED);
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    // Node says so of every library that loads without being an add-on.
    return message.startsWith("Module did not self-register") ? undefined : message.split("\n")[0];
  }
}
