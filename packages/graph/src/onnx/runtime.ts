import type { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { assertComputes, type ComputeType } from "../compute.ts";
import type { Program, ProgramInput } from "../program.ts";
import { checkFeeds, type Executable, freeInputs, type Runtime, type Tensors } from "../runtime.ts";
import type { DTypeArray, Tensor } from "../tensor.ts";
import { ArenaPool, hoistDequantize } from "./hoist.ts";
import { type Refusal, refusal, untilRefused, WRITTEN } from "./in-place.ts";
import { loadOnnxruntime, type Ort } from "./load.ts";
import {
  assertBuilt,
  beforeLoading,
  builtProviders,
  type OnnxProvider,
  providerComputes,
  sessionError,
  sessionOptions,
} from "./providers.ts";
import { toOnnx } from "./to-onnx.ts";

export interface OnnxOptions {
  /** Threads of one run, on the CPU. (default 1) */
  readonly threads?: number;
  /** What the programs run on, all of each: there is no falling back to the CPU. (default "cpu") */
  readonly provider?: OnnxProvider;
  /** Use only operators that every provider has; see {@link toOnnx}. (default: everywhere but on the CPU) */
  readonly portable?: boolean;
  /** What matrix products are computed in, where the provider has it; never the CPU. (default "float32") */
  readonly compute?: ComputeType;
}

/**
 * onnxruntime-node through its public API. On the CPU the same program on the same inputs gives the same bytes in every
 * process and on any number of threads; on other providers the same numbers to float32 rounding.
 *
 * @throws MissingRuntimeError; DeviceError `E_DEVICE` where onnxruntime-node has no such provider on this platform or
 *   the provider no such products, and from `compile` and `run` where the provider cannot be opened or has no kernel for one of the program's operations.
 */
export async function onnxRuntime({
  threads = 1,
  provider = "cpu",
  portable = provider !== "cpu",
  compute = "float32",
}: OnnxOptions = {}): Promise<Runtime> {
  const ort = await loadOnnxruntime();
  assertBuilt(ort, provider);
  assertComputes(provider, providerComputes[provider], compute);
  beforeLoading(provider);
  const options = sessionOptions(provider, threads);
  const arenas = new ArenaPool();
  const said = provider === "cpu" ? await refusal(ort) : undefined;
  const emptySequence = said === undefined ? undefined : WRITTEN;
  return {
    name: "onnx",
    device: provider,
    compute,
    bindsConstants: provider !== "cpu", // which reads inputs in place
    compile: async (program, { constants = {} } = {}) => {
      const free = freeInputs(program, constants);
      // The CPU decodes 4-bit weights beside onnxruntime; other devices do it where the weights are.
      const hoisted = portable ? { program, weights: [] } : hoistDequantize(program);
      const bound = among(hoisted.program.inputs, constants);
      const model = toOnnx(hoisted.program, { portable, constants: bound, compute, emptySequence });
      const session = await ort.InferenceSession.create(model, options).catch((error: unknown) => {
        throw sessionError(provider, error);
      });
      const inputs = freeInputs(hoisted.program, bound);
      const { run, dispose } = executable(ort, { ...hoisted.program, inputs }, session, { provider, said });
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

/** Providers that the installed onnxruntime-node was built with. Throws MissingRuntimeError. */
export async function installedProviders(): Promise<OnnxProvider[]> {
  return builtProviders(await loadOnnxruntime());
}

/** Those of the tensors that are inputs. */
function among(inputs: readonly ProgramInput[], tensors: Tensors): Tensors {
  const found = inputs.filter(({ name }) => tensors[name]);
  return Object.fromEntries(found.map(({ name }) => [name, tensors[name]!]));
}

function executable(
  ort: Ort,
  program: Program,
  session: InferenceSession,
  { provider, said }: { readonly provider: OnnxProvider; readonly said: Refusal },
): Executable {
  const wrap = ({ dtype, data, shape }: Tensor): OrtTensor =>
    new ort.Tensor(dtype, data as Float32Array, shape);
  const names = Object.keys(program.outputs);
  return {
    run: async (feeds, into = {}) => {
      const inputs: Record<string, OrtTensor> = {};
      for (const { name } of program.inputs) inputs[name] = wrap(feeds[name]!);
      const places: Record<string, OrtTensor | null> = {};
      for (const name of names) places[name] = into[name] ? wrap(into[name]) : null;
      if (said !== undefined && names.every((name) => into[name])) {
        await untilRefused(session.run(inputs, { ...places, [WRITTEN]: null }), said);
        return into;
      }
      // Shaders are made when a program first runs.
      const results = await session.run(inputs, places).catch((error: unknown) => {
        throw sessionError(provider, error);
      });
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
