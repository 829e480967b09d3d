import { DeviceError } from "../device-error.ts";
import { encodeModel } from "./model.ts";

export interface OnnxTensor {
  readonly data: unknown;
}

export interface OnnxSession {
  run(
    feeds: Readonly<Record<string, OnnxTensor>>,
    fetches: Readonly<Record<string, OnnxTensor | null>>,
  ): Promise<Readonly<Record<string, OnnxTensor>>>;
  release(): Promise<void>;
}

/** Used part of the modules onnxruntime-node, onnxruntime-web and onnxruntime-common. */
export interface OnnxModule {
  readonly InferenceSession: { create(model: Uint8Array, options?: object): Promise<OnnxSession> };
  readonly Tensor: new (
    dtype: "float32" | "int64" | "uint8",
    data: Float32Array,
    shape: readonly number[],
  ) => OnnxTensor;
}

export function isCpu(provider: string): boolean {
  return provider === "cpu" || provider === "wasm";
}

export function sessionOptions(provider: string, threads: number) {
  return {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: "sequential",
    enableCpuMemArena: false,
    // Memory patterns return all of a run's memory to the system each time. DirectML refuses them, WebGPU ignores them.
    enableMemPattern: false,
    // Warnings about graph inputs are irrelevant to users.
    logSeverityLevel: 3,
    extra: {
      // Constant folding would decode bound 4-bit weights to float32.
      ...(isCpu(provider) ? {} : { optimization: { disable_specified_optimizers: "ConstantFolding" } }),
      session: {
        // Spinning threads would take cores from other trials.
        intra_op: { allow_spinning: "0" },
        // Fallback to the CPU would go unnoticed.
        ...(isCpu(provider) ? {} : { disable_cpu_ep_fallback: "1" }),
      },
    },
  };
}

/** Error for a session that failed to open or run: a DeviceError naming the provider; on the CPU, the cause. */
export function sessionError(provider: string, cause: unknown): Error {
  const message = messageOf(cause);
  if (isCpu(provider)) return cause instanceof Error ? cause : new Error(message);
  return new DeviceError(`${provider} ${reason(provider, message)}`, { cause });
}

function reason(provider: string, message: string): string {
  if (/fallback to CPU EP has been explicitly disabled/.test(message))
    return "has no kernel for some operation of this program, which onnxruntime would run on the CPU instead";
  if (/requires f16 but the device does not support it/.test(message))
    return "has no float16 here: the GPU, or its driver, lacks WebGPU's feature shader-f16";
  if (/Failed to get a WebGPU adapter/.test(message))
    return "has no adapter: there is no GPU, or no driver for it";
  const failure = /CUDA failure \d+: [^;]+?(?= ?;)/.exec(message);
  if (failure !== null) return `could not run this program: ${failure[0]}`;
  if (provider === "cuda" && /Failed to load shared library/.test(message))
    return "could not be loaded: its provider or a library of CUDA is not here; lorank doctor --setup-cuda DIR takes them from a Python environment";
  return `could not run this program: ${message.trim().split("\n")[0]}`;
}

/** Extra first output, an empty sequence: it ends a run before outputs are copied. */
export const WRITTEN = "all.written";

const messages = new WeakMap<OnnxModule, Promise<string | undefined>>();

/**
 * Message with which a run ends before copying outputs; undefined if this module never ends so.
 *
 * onnxruntime-node writes outputs into the caller's memory, then copies each: 35 MB garbage per run for 2,048 tokens.
 * It copies in order and fails at a sequence, so a leading sequence prevents all copies. Tried once per module, on a
 * sum.
 */
export function writtenMessage(ort: OnnxModule): Promise<string | undefined> {
  const message = messages.get(ort) ?? messageOfSum(ort);
  messages.set(ort, message);
  return message;
}

async function messageOfSum(ort: OnnxModule): Promise<string | undefined> {
  const info = (name: string) => ({ name, dtype: "float32", shape: [1] }) as const;
  const model = encodeModel({
    inputs: [info("x")],
    outputs: [info("y")],
    initializers: [],
    nodes: [{ opType: "Add", inputs: ["x", "x"], outputs: ["y"] }],
    emptySequence: WRITTEN,
  });
  const tensor = (data: Float32Array) => new ort.Tensor("float32", data, [1]);
  const y = new Float32Array(1);
  try {
    const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1, logSeverityLevel: 3 });
    const run = session.run({ x: tensor(Float32Array.of(1)) }, { [WRITTEN]: null, y: tensor(y) });
    const message = await run.then(() => undefined, messageOf);
    await session.release();
    return y[0] === 2 ? message : undefined;
  } catch {
    return undefined;
  }
}

/** Awaits a run that ends with this message; other errors are thrown. */
export async function untilWritten(run: Promise<unknown>, endMessage: string): Promise<void> {
  try {
    await run;
  } catch (error) {
    if (messageOf(error) !== endMessage) throw error;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
