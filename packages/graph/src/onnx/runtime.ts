import type { ComputeDtype } from "../compute-dtype.ts";
import type { Program, ProgramInput } from "../program.ts";
import { checkFeeds, type Executable, freeInputs, type Runtime, type Tensors } from "../runtime.ts";
import type { DTypeArray, Tensor } from "../tensor.ts";
import { ArenaPool, hoistDecoding } from "./hoist.ts";
import {
  isCpu,
  type OnnxModule,
  type OnnxSession,
  type OnnxTensor,
  type Refusal,
  sessionError,
  sessionOptions,
  untilRefused,
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
  /** What matrix products are computed in, where the provider has it; never the CPU. (default "float32") */
  readonly computeDtype?: ComputeDtype;
}

/**
 * A runtime on a module of ONNX Runtime that the caller has loaded: onnxruntime-web in a browser. In Node,
 * `onnxRuntime` of `@lorank/graph/devices` loads onnxruntime-node itself and knows its providers.
 *
 * @throws from `compile` and `run`: DeviceError `E_DEVICE` where the provider cannot be opened or has no kernel for one
 *   of the program's operations; on the CPU, the module's own error.
 */
export function onnxRuntimeFrom(
  ort: OnnxModule,
  {
    provider = "wasm",
    threads = 1,
    portable = !isCpu(provider),
    computeDtype = "float32",
  }: OnnxModuleOptions = {},
): Runtime {
  return sessionRuntime(ort, {
    provider,
    threads,
    portable,
    computeDtype,
    writesOutputs: false,
    said: undefined,
  });
}

interface SessionRuntime extends Required<OnnxModuleOptions> {
  /** Whether the module writes outputs into tensors that it is given; onnxruntime-web leaves them as they are. */
  readonly writesOutputs: boolean;
  /** What the module says when it was kept from copying outputs; see `refusal`. */
  readonly said: Refusal;
}

/** The runtime of one execution provider. */
export function sessionRuntime(
  ort: OnnxModule,
  { provider, threads, portable, computeDtype, writesOutputs, said }: SessionRuntime,
): Runtime {
  const options = sessionOptions(provider, threads);
  const arenas = new ArenaPool();
  const emptySequence = said === undefined ? undefined : WRITTEN;
  return {
    name: "onnx",
    device: provider,
    computeDtype,
    bindsConstants: !isCpu(provider), // which reads inputs in place
    compile: async (program, { constants = {} } = {}) => {
      const free = freeInputs(program, constants);
      // The CPU decodes 4-bit weights beside onnxruntime; other devices do it where the weights are.
      const hoisted = portable ? { program, weights: [] } : hoistDecoding(program);
      const bound = among(hoisted.program.inputs, constants);
      const model = toOnnx(hoisted.program, { portable, constants: bound, computeDtype, emptySequence });
      const session = await ort.InferenceSession.create(model, options).catch((error: unknown) => {
        throw sessionError(provider, error);
      });
      const inputs = freeInputs(hoisted.program, bound);
      const { run, dispose } = executable(ort, { ...hoisted.program, inputs }, session, {
        provider,
        writesOutputs,
        said,
      });
      return {
        dispose,
        run: (feeds, into) => {
          checkFeeds(free, feeds);
          return arenas.withWeights(hoisted.weights, { ...constants, ...feeds }, (all) => run(all, into));
        },
      };
    },
  };
}

/** Those of the tensors that are inputs. */
function among(inputs: readonly ProgramInput[], tensors: Tensors): Tensors {
  const found = inputs.filter(({ name }) => tensors[name]);
  return Object.fromEntries(found.map(({ name }) => [name, tensors[name]!]));
}

function executable(
  ort: OnnxModule,
  program: Program,
  session: OnnxSession,
  { provider, writesOutputs, said }: Pick<SessionRuntime, "provider" | "writesOutputs" | "said">,
): Executable {
  const wrap = ({ dtype, data, shape }: Tensor): OnnxTensor =>
    new ort.Tensor(dtype, data as Float32Array, shape);
  const names = Object.keys(program.outputs);
  return {
    run: async (feeds, into = {}) => {
      const inputs: Record<string, OnnxTensor> = {};
      for (const { name } of program.inputs) inputs[name] = wrap(feeds[name]!);
      const places: Record<string, OnnxTensor | null> = {};
      for (const name of names) places[name] = writesOutputs && into[name] ? wrap(into[name]) : null;
      if (said !== undefined && names.every((name) => into[name])) {
        await untilRefused(session.run(inputs, { ...places, [WRITTEN]: null }), said);
        return into;
      }
      // Shaders are made when a program first runs.
      const results = await session.run(inputs, places).catch((error: unknown) => {
        throw sessionError(provider, error);
      });
      const outputs = unwrap(program, results);
      if (!writesOutputs) copyInto(into, outputs);
      return { ...outputs, ...into };
    },
    dispose: () => session.release(),
  };
}

function copyInto(into: Tensors, outputs: Tensors): void {
  for (const [name, { data }] of Object.entries(into)) {
    (data as { set(data: DTypeArray): void }).set(outputs[name]!.data); // both have the dtype of the output
  }
}

function unwrap(program: Program, results: Readonly<Record<string, OnnxTensor>>): Tensors {
  const outputs: Record<string, Tensor> = {};
  for (const [name, { dtype, shape }] of Object.entries(program.outputs)) {
    outputs[name] = { dtype, shape, data: results[name]!.data as DTypeArray };
  }
  return outputs;
}
