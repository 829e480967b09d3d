import type { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import type { Program } from "../program.ts";
import { checkFeeds, type Executable, type Runtime, type Tensors } from "../runtime.ts";
import type { DTypeArray, Tensor } from "../tensor.ts";
import { ArenaPool, hoistDequantize } from "./hoist.ts";
import { toOnnx } from "./lower.ts";

export interface OnnxOptions {
  /** Threads of one run. (default 1) */
  readonly threads?: number;
}

type Ort = typeof import("onnxruntime-node");

/** Thrown when onnxruntime-node is not installed; the message says how to add it. */
export class MissingRuntimeError extends Error {
  override readonly name = "MissingRuntimeError";
  readonly code = "E_RUNTIME_MISSING";
}

/**
 * The CPU runtime: onnxruntime-node through its public API. The same program on the same inputs gives the same bytes
 * in every process and on any number of threads.
 */
export async function onnxRuntime({ threads = 1 }: OnnxOptions = {}): Promise<Runtime> {
  const ort = await load();
  const options: InferenceSession.SessionOptions = {
    executionProviders: ["cpu"],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: "sequential",
    enableCpuMemArena: false,
    // A pattern asks for all of a run's memory in one piece, which the allocator hands back to the system each time.
    enableMemPattern: false,
    // Errors only: its hints about graph inputs are not for our users.
    logSeverityLevel: 3,
    // Spinning threads take cores away from the other trials.
    extra: { session: { intra_op: { allow_spinning: "0" } } },
  };
  const arenas = new ArenaPool();
  return {
    name: "onnx",
    device: "cpu",
    compile: async (program) => {
      const hoisted = hoistDequantize(program);
      const session = await ort.InferenceSession.create(toOnnx(hoisted.program), options);
      const { run, dispose } = executable(ort, hoisted.program, session);
      return {
        dispose,
        run: (feeds, into) => {
          checkFeeds(program, feeds);
          return arenas.withWeights(hoisted.weights, feeds, (all) => run(all, into));
        },
      };
    },
  };
}

async function load(): Promise<Ort> {
  try {
    return await import("onnxruntime-node");
  } catch (cause) {
    throw new MissingRuntimeError(
      "onnxruntime-node is not installed. Add it beside this package: npm install onnxruntime-node",
      { cause },
    );
  }
}

function executable(ort: Ort, program: Program, session: InferenceSession): Executable {
  const wrap = ({ dtype, data, shape }: Tensor): OrtTensor =>
    new ort.Tensor(dtype, data as Float32Array, shape);
  const names = Object.keys(program.outputs);
  return {
    run: async (feeds, into) => {
      const inputs: Record<string, OrtTensor> = {};
      for (const { name } of program.inputs) inputs[name] = wrap(feeds[name]!);
      const results = into
        ? await session.run(
            inputs,
            Object.fromEntries(names.map((name) => [name, into[name] ? wrap(into[name]) : null])),
          )
        : await session.run(inputs);
      return { ...unwrap(program, results), ...into };
    },
    dispose: () => session.release(),
  };
}

function unwrap(program: Program, results: InferenceSession.OnnxValueMapType): Tensors {
  const outputs: Record<string, Tensor> = {};
  for (const [name, { dtype, shape }] of Object.entries(program.outputs)) {
    outputs[name] = { dtype, shape, data: (results[name] as OrtTensor).data as DTypeArray };
  }
  return outputs;
}
