import type { ComputeDtype } from "../compute-dtype.ts";
import type { Program } from "../program.ts";
import { checkFeeds, freeInputs, type Runtime, type Tensors } from "../runtime.ts";
import type { DTypeArray, Tensor } from "../tensor.ts";
import { ArenaPool, hoistDecoding } from "./hoist.ts";
import {
  isCpu,
  type OnnxModule,
  type OnnxSession,
  type OnnxTensor,
  sessionError,
  sessionOptions,
  untilWritten,
  WRITTEN,
} from "./session.ts";
import { toOnnx } from "./to-onnx.ts";

export interface OnnxModuleOptions {
  /** The execution provider that runs all of a program, such as `wasm` or `webgpu`. (default "wasm") */
  readonly provider?: string;
  /** Threads of one run, on the CPU, where the module leaves them to a session. (default 1) */
  readonly threads?: number;
  /** Use only operators that every provider has. (default: everywhere but on the CPU) */
  readonly portable?: boolean;
  /** Type in which matrix products are computed, where the provider has it; never the CPU. (default "float32") */
  readonly computeDtype?: ComputeDtype;
}

/**
 * A runtime on a module of ONNX Runtime that the caller has loaded: onnxruntime-web in a browser. In Node,
 * `onnxRuntime` of `@lorank/graph/devices` loads onnxruntime-node itself and knows its providers.
 *
 * `compile` and `run` throw DeviceError `E_DEVICE` if the provider cannot be opened, or has no kernel for an operation. On
 * the CPU they throw the module's own error.
 */
export function onnxRuntimeFrom(ort: OnnxModule, options: OnnxModuleOptions = {}): Runtime {
  return sessionRuntime(ort, options);
}

interface SessionOptions extends OnnxModuleOptions {
  /** True if the module writes outputs into the caller's tensors; onnxruntime-web leaves them as they are. (default false) */
  readonly writesOutputs?: boolean;
  /** Message of a run that ended before its outputs were copied; see `writtenMessage`. (default none) */
  readonly endMessage?: string | undefined;
}

/** The runtime of one execution provider. */
export function sessionRuntime(
  ort: OnnxModule,
  {
    provider = "wasm",
    threads = 1,
    portable = !isCpu(provider),
    computeDtype = "float32",
    writesOutputs = false,
    endMessage,
  }: SessionOptions,
): Runtime {
  const arenas = new ArenaPool();
  const emptySequence = endMessage === undefined ? undefined : WRITTEN;
  const fail = (error: unknown): never => {
    throw sessionError(provider, error);
  };
  const wrap = ({ dtype, data, shape }: Tensor): OnnxTensor =>
    new ort.Tensor(dtype, data as Float32Array, shape);

  async function runSession(
    session: OnnxSession,
    { inputs, outputs }: Program,
    feeds: Tensors,
    into: Tensors,
  ) {
    const wrapped = Object.fromEntries(inputs.map(({ name }) => [name, wrap(feeds[name]!)]));
    const places: Record<string, OnnxTensor | null> = {};
    for (const name of Object.keys(outputs))
      places[name] = writesOutputs && into[name] ? wrap(into[name]) : null;
    if (endMessage !== undefined && Object.keys(outputs).every((name) => into[name])) {
      await untilWritten(session.run(wrapped, { ...places, [WRITTEN]: null }), endMessage);
      return into;
    }
    // Shaders are made when a program first runs.
    const results = await session.run(wrapped, places).catch(fail);
    const tensors: Record<string, Tensor> = {};
    for (const [name, { dtype, shape }] of Object.entries(outputs))
      tensors[name] = { dtype, shape, data: results[name]!.data as DTypeArray };
    if (!writesOutputs) copyInto(into, tensors);
    return { ...tensors, ...into };
  }

  return {
    name: "onnx",
    device: provider,
    computeDtype,
    bindsConstants: !isCpu(provider), // which reads inputs in place
    compile: async (program, { constants = {} } = {}) => {
      const free = freeInputs(program, constants);
      // The CPU decodes 4-bit weights beside onnxruntime; other devices do it where the weights are.
      const { weights, program: inSession } = portable
        ? { program, weights: [] }
        : hoistDecoding(program, constants);
      const once = weights.filter(({ isBound }) => isBound);
      const atRuns = weights.filter(({ isBound }) => !isBound);
      const { session, whole } = await arenas.withWeights(once, constants, async (all) => {
        const names = inSession.inputs.map(({ name }) => name).filter((name) => all[name]);
        const bound = Object.fromEntries(names.map((name) => [name, all[name]!]));
        const model = toOnnx(inSession, { portable, constants: bound, computeDtype, emptySequence });
        return {
          session: await ort.InferenceSession.create(model, sessionOptions(provider, threads)).catch(fail),
          whole: { ...inSession, inputs: freeInputs(inSession, bound) },
        };
      });
      return {
        dispose: () => session.release(),
        run: (feeds, into = {}) => {
          checkFeeds(free, feeds);
          return arenas.withWeights(atRuns, { ...constants, ...feeds }, (all) =>
            runSession(session, whole, all, into),
          );
        },
      };
    },
  };
}

function copyInto(into: Tensors, outputs: Tensors): void {
  for (const [name, { data }] of Object.entries(into)) {
    (data as { set(data: DTypeArray): void }).set(outputs[name]!.data); // both have the dtype of the output
  }
}
