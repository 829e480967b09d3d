// Runs every case of cases.ts on WebGPU, forward and backward, and prints the largest error or the failure of each as
// JSON; besides, what is said of a program with an operator that WebGPU lacks. A process of its own: the driver is
// chosen by variables that are read when a process starts.

import { onnxRuntime } from "../src/devices.ts";
import { type ComputeDtype, program } from "../src/index.ts";
import { input } from "../src/ops/arrays.ts";
import { sign } from "../src/ops/elementwise.ts";
import { opCases } from "./cases.ts";
import { worstError } from "./joint-graph.ts";

const computeDtype = (process.argv[2] ?? "float32") as ComputeDtype;
const runtime = await onnxRuntime({ provider: "webgpu", computeDtype });
const outcomes: Record<string, number | string> = {};
for (const op of opCases)
  outcomes[op.name] = await worstError(op, runtime).catch((error: Error) => error.message);
// The usual form of this operation is one that only the CPU could run.
const usual = await onnxRuntime({ provider: "webgpu", portable: false });
const fallback = await usual.compile(program({ y: sign(input("x", [2])) })).then(
  () => "compiled",
  (error: Error) => `${(error as Error & { code?: string }).code}: ${error.message}`,
);
console.log(JSON.stringify({ outcomes, fallback }));
process.exit(0); // the driver's threads must not keep the process
