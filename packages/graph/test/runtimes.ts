import {
  type ComputeType,
  computeTypes,
  findTensorflow,
  onnxRuntime,
  type Runtime,
  referenceRuntime,
  tensorflowRuntime,
  unitRoundoff,
} from "../src/index.ts";

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

/** A number may lie between two of a type, and be rounded to one here and to the other there. */
export function toleranceOf(compute: ComputeType): number {
  return compute === "float32" ? 5e-6 : 8 * unitRoundoff[compute];
}

/** Every runtime that programs can run on, each to be held against the float64 interpreter. */
export const runtimes: readonly RuntimeCase[] = [
  ...computeTypes.map((compute) => ({
    title: `reference, ${compute} products`,
    missing: false,
    exact: true,
    tolerance: 5e-6,
    make: async () => referenceRuntime({ compute }),
  })),
  { title: "onnx", missing: false, exact: false, tolerance: 5e-6, make: () => onnxRuntime() },
  {
    title: "onnx in operators that every provider has",
    missing: false,
    exact: false,
    tolerance: 5e-6,
    make: () => onnxRuntime({ portable: true }),
  },
  ...computeTypes.map((compute) => ({
    title: `tensorflow, ${compute} products${tensorflow.found ? "" : ` (skipped: ${tensorflow.reason})`}`,
    missing: !tensorflow.found,
    exact: false,
    tolerance: toleranceOf(compute),
    make: () => tensorflowRuntime({ compute }),
  })),
];
