import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

export type NativeOnnxruntime = typeof import("onnxruntime-common") & {
  /** Execution providers in this build. */
  listSupportedBackends(): readonly { readonly name: string; readonly bundled: boolean }[];
};

/** WebAssembly build, with execution provider `wasm`. */
export type WasmOnnxruntime = typeof import("onnxruntime-common");

/** Platforms with a native build, each a package without an install script. */
export const nativePlatforms = [
  "darwin-arm64",
  "linux-arm64",
  "linux-x64",
  "win32-arm64",
  "win32-x64",
] as const;

export interface NativePackage {
  /** Such as `@lorank/onnxruntime-linux-x64`. */
  readonly name: string;
  /** ONNX Runtime's version, which the package has too. */
  readonly version: string;
}

/**
 * Finds this platform's native build without loading it.
 *
 * @throws Error in one line: no build for the platform, or its package not installed.
 */
export function findNative(platform = `${process.platform}-${process.arch}`): NativePackage {
  if (!nativePlatforms.some((name) => name === platform))
    throw new Error(`ONNX Runtime has no native build for ${platform}`);
  const name = `@lorank/onnxruntime-${platform}`;
  try {
    require.resolve(name);
    return { name, version: (require(`${name}/package.json`) as { version: string }).version };
  } catch (cause) {
    throw new Error(`${name} is not installed; npm install ${name} adds the native build`, { cause });
  }
}

/**
 * Loads this platform's native build; `ORT_DISABLE_TELEMETRY=1` turns telemetry off.
 *
 * @throws Error in one line, as of {@link findNative}, or a system library missing.
 */
export function loadNative(platform?: string): NativeOnnxruntime {
  const { name } = findNative(platform);
  try {
    return require(name) as NativeOnnxruntime;
  } catch (cause) {
    throw new Error(`${name} could not be loaded: ${(cause as Error).message.split("\n")[0]}`, { cause });
  }
}

export interface WasmOptions {
  /** Threads per session, for all of the process; the first call decides. (default 1) */
  readonly threads?: number;
}

/** Loads the WebAssembly build, for any Node; at most 4 GiB memory. */
export async function loadWasm({ threads = 1 }: WasmOptions = {}): Promise<WasmOnnxruntime> {
  const ort = await import("onnxruntime-web");
  ort.env.wasm.numThreads = threads;
  return ort;
}
