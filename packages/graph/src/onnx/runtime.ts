import type { ComputeDtype } from "../compute-dtype.ts";
import type { Program } from "../program.ts";
import { checkFeeds, copyInto, type Executable, freeInputs, type Runtime, type Tensors } from "../runtime.ts";
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
  /** Execution provider for the whole program, such as `wasm` or `webgpu`. (default "wasm") */
  readonly provider?: string;
  /** CPU threads per run, if the module leaves them to sessions. (default 1) */
  readonly threads?: number;
  /** Use only operators that every provider has. (default: everywhere except on the CPU) */
  readonly portable?: boolean;
  /** Compute type for matrix products, if the provider has it; never the CPU. (default "float32") */
  readonly computeDtype?: ComputeDtype;
}

/**
 * Runtime on a loaded module, such as onnxruntime-web in a browser. In Node, see `onnxRuntime` in
 * `@lorank/graph/devices`.
 * @throws DeviceError `E_DEVICE` in `compile` and `run`, if the provider does not open or lacks a kernel; on the CPU
 * the module's own error.
 */
export function onnxRuntimeFrom(ort: OnnxModule, options: OnnxModuleOptions = {}): Runtime {
  return sessionRuntime(ort, options);
}

interface SessionOptions extends OnnxModuleOptions {
  /** True if outputs are written into the caller's tensors; onnxruntime-web cannot. (default false) */
  readonly writesOutputs?: boolean;
  /** Message with which a run ends before copying outputs; see `writtenMessage`. (default none) */
  readonly endMessage?: string | undefined;
}

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
    // Shaders are compiled at a program's first run.
    const results = await session.run(wrapped, places).catch(fail);
    const tensors: Record<string, Tensor> = {};
    for (const [name, { dtype, shape }] of Object.entries(outputs))
      tensors[name] = { dtype, shape, data: results[name]!.data as DTypeArray };
    if (!writesOutputs) copyInto(into, tensors);
    return { ...tensors, ...into };
  }

  async function compile(program: Program, constants: Tensors): Promise<Executable> {
    const free = freeInputs(program, constants);
    // CPU runs decode 4-bit weights outside onnxruntime; other devices decode in place.
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
  }

  return {
    name: "onnx",
    device: provider,
    computeDtype,
    bindsConstants: !isCpu(provider), // reads inputs in place
    compile: async (program, { constants = {} } = {}) => {
      if (!portable && program.steps.some(({ op }) => op === "decode4bit")) {
        const { compileSegments } = await import("./segmented.ts");
        const divided = await compileSegments(program, constants, compile);
        if (divided) return divided;
      }
      return compile(program, constants);
    },
  };
}
