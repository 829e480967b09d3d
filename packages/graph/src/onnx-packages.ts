import { createRequire } from "node:module";
import { MissingRuntimeError } from "./device-error.ts";

export interface OnnxBuild {
  readonly kind: "native" | "wasm";
  readonly version: string;
  /** Reason why WebAssembly is used and not the native build. */
  readonly reason?: string;
}

/**
 * Names the installed ONNX Runtime build by its package, in a few milliseconds: the library is not loaded. Whether it
 * loads here, `onnxBuild` of `@lorank/graph/devices` tells.
 * @throws MissingRuntimeError if neither build is installed.
 */
export async function installedBuild(): Promise<OnnxBuild> {
  const own = versionOf("onnxruntime-node");
  if (own !== undefined) return { kind: "native", version: own };
  const ours = versionOf("@lorank/onnxruntime");
  if (ours === undefined) throw new MissingRuntimeError(`ONNX Runtime: not installed; ${ADD}`);
  const { findNative } = await import("@lorank/onnxruntime");
  try {
    return { kind: "native", version: findNative().version };
  } catch (error) {
    return { kind: "wasm", version: ours, reason: (error as Error).message };
  }
}

/** Command that installs ONNX Runtime, as messages end. */
export const ADD = "npm install @lorank/onnxruntime adds it";

/** Version of the installed package that ONNX Runtime comes from; undefined without one. */
export function installedVersion(): string | undefined {
  return versionOf("onnxruntime-node") ?? versionOf("@lorank/onnxruntime");
}

const require = createRequire(import.meta.url);

function versionOf(name: string): string | undefined {
  try {
    return (require(`${name}/package.json`) as { readonly version: string }).version;
  } catch {
    return undefined; // not installed
  }
}
