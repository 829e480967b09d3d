import {
  findTensorflow,
  onnxRuntime,
  type Runtime,
  referenceRuntime,
  tensorflowRuntime,
} from "../src/index.ts";

export interface RuntimeCase {
  /** With the reason behind it where the runtime is not here. */
  readonly title: string;
  readonly missing: boolean;
  /** Whether it computes in float64. */
  readonly exact: boolean;
  make(): Promise<Runtime>;
}

const tensorflow = findTensorflow();

/** Every runtime that programs can run on, each to be held against the float64 interpreter. */
export const runtimes: readonly RuntimeCase[] = [
  { title: "reference", missing: false, exact: true, make: async () => referenceRuntime() },
  { title: "onnx", missing: false, exact: false, make: () => onnxRuntime() },
  {
    title: "onnx in operators that every provider has",
    missing: false,
    exact: false,
    make: () => onnxRuntime({ portable: true }),
  },
  {
    title: tensorflow.found ? "tensorflow" : `tensorflow (skipped: ${tensorflow.reason})`,
    missing: !tensorflow.found,
    exact: false,
    make: () => tensorflowRuntime(),
  },
];
