import { type ComputeDtype, computeDtypes, unitRoundoff } from "../src/compute-dtype.ts";
import { findTensorflow, onnxRuntime } from "../src/devices.ts";
import { type Runtime, referenceRuntime } from "../src/index.ts";
import { wasmRuntime } from "../src/onnx/node-runtime.ts";
import { tensorflowRuntime } from "../src/tensorflow/runtime.ts";

export interface RuntimeCase {
  /** With the reason behind it where the runtime is not here. */
  readonly title: string;
  readonly missing: boolean;
  /** Whether it computes in float64. */
  readonly exact: boolean;
  /** How far from the interpreter's its numbers may be, of which the largest are about 4. */
  readonly tolerance: number;
  make(): Promise<Runtime>;
}

const tensorflow = findTensorflow();

/** Numbers between two of a type are rounded to one here and to the other there: apart by 8 roundoffs from 4 to 8. */
export function toleranceOf(computeDtype: ComputeDtype): number {
  return computeDtype === "float32" ? 5e-6 : 8 * unitRoundoff[computeDtype];
}

/** Every runtime that programs can run on, each to be held against the float64 interpreter. */
export const runtimes: readonly RuntimeCase[] = [
  ...computeDtypes.map((computeDtype) => ({
    title: `reference, ${computeDtype} products`,
    missing: false,
    exact: true,
    tolerance: 5e-6,
    make: async () => referenceRuntime({ computeDtype }),
  })),
  { title: "onnx", missing: false, exact: false, tolerance: 5e-6, make: () => onnxRuntime() },
  { title: "onnx as WebAssembly", missing: false, exact: false, tolerance: 5e-6, make: () => wasmRuntime() },
  {
    title: "onnx in operators that every provider has",
    missing: false,
    exact: false,
    tolerance: 5e-6,
    make: () => onnxRuntime({ portable: true }),
  },
  ...computeDtypes.map((computeDtype) => ({
    title: `tensorflow, ${computeDtype} products${tensorflow.found ? "" : ` (skipped: ${tensorflow.reason})`}`,
    missing: !tensorflow.found,
    exact: false,
    tolerance: toleranceOf(computeDtype),
    make: () => tensorflowRuntime({ computeDtype }),
  })),
];
