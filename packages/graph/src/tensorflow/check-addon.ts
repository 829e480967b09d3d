import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { ProcessVariables } from "../user-cache.ts";

/** Facts of an add-on that was tried. */
export interface TensorflowCheck {
  /** TensorFlow's own version. */
  readonly version: string;
  readonly gpu: boolean;
}

/** `openBinding` and one product, in a program of its own. */
const program = `
const module_ = { exports: {} };
process.dlopen(module_, process.argv[1], require("node:os").constants.dlopen.RTLD_NOW);
const tf = module_.exports;
const x = tf.createTensor([2, 2], 1, Float32Array.of(1, 2, 3, 4));
const [y] = tf.executeOp("MatMul", [], [x, x], 1);
const product = [...tf.tensorDataSync(y.id)].join();
process.stdout.write(JSON.stringify({ version: tf.TF_Version, gpu: tf.isUsingGpuDevice(), product }));
`;

/**
 * Loads the add-on in a child process and multiplies two matrices. Libraries that do not fit the machine can end the
 * process that loads them.
 *
 * @throws TensorflowError E_TENSORFLOW with the child's message.
 */
export async function checkTensorflowAddon(
  addon: string,
  settings: ProcessSettings,
): Promise<TensorflowCheck> {
  const env = { ...process.env, ...variables(settings, process.env) };
  try {
    const run = promisify(execFile);
    // Without the parent's NODE_OPTIONS, which may name files of another folder.
    const { stdout } = await run(process.execPath, ["-e", program, "--", addon], {
      env: { ...env, NODE_OPTIONS: "" },
    });
    const { product, ...check } = JSON.parse(stdout) as TensorflowCheck & { product: string };
    if (product !== "7,10,15,22") throw new Error(`a product must be 7,10,15,22, got ${product}`);
    return check;
  } catch (cause) {
    throw new TensorflowError(`TensorFlow must load, got ${reasonOf(cause)} (${addon})`, {
      cause,
    });
  }
}

/** The line of the child's output that says what is wrong, or how the child ended. */
function reasonOf(cause: unknown): string {
  const { stderr = "", message, signal } = cause as Error & { stderr?: string; signal?: string | null };
  const line = stderr.split("\n").find((text) => /^\S*Error: /.test(text));
  return line ?? (signal ? `the signal ${signal}` : message.split("\n")[0]!);
}

/** TensorFlow is there and does not do: it does not load, an operation fails, or it was loaded otherwise before. */
export class TensorflowError extends Error {
  override readonly name = "TensorflowError";
  readonly code = "E_TENSORFLOW";
}

/** Settings that TensorFlow reads from the environment once, while it is loaded, for the whole process. */
export interface ProcessSettings {
  readonly device: "cpu" | "gpu";
  readonly threads: number;
}

/** The variables that bring {@link ProcessSettings} about; some of the user's own stay. */
export function variables(
  { device, threads }: ProcessSettings,
  user: ProcessVariables,
): Record<string, string> {
  return {
    TF_NUM_INTRAOP_THREADS: String(threads),
    TF_NUM_INTEROP_THREADS: "1",
    // Errors only: its hints about instruction sets are not for our users.
    TF_CPP_MIN_LOG_LEVEL: user.TF_CPP_MIN_LOG_LEVEL ?? "3",
    // Twice the rate of products on processors without AVX-512, where it is off by default: the wheels' own kernels use no FMA.
    TF_ENABLE_ONEDNN_OPTS: user.TF_ENABLE_ONEDNN_OPTS ?? "1",
    // Otherwise it takes all memory of the GPU at once.
    TF_FORCE_GPU_ALLOW_GROWTH: "true",
    // The add-on computes on one GPU, yet TensorFlow would take hold of every GPU it sees.
    CUDA_VISIBLE_DEVICES: device === "cpu" ? "-1" : (user.CUDA_VISIBLE_DEVICES?.split(",")[0] ?? "0"),
  };
}

/** Runs `action` with these variables set for the process, and puts the old ones back. */
export function withVariables<T>(values: Readonly<Record<string, string>>, action: () => T): T {
  const before = Object.keys(values).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, values);
  try {
    return action();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

/**
 * Keeps products in float32 on GPUs that would round their operands to 10 bits. For the rest of the process: NVIDIA's
 * libraries read it when they are first used. Source: NVIDIA_TF32_OVERRIDE in cuBLAS' documentation.
 */
export function keepFloat32({ device }: ProcessSettings): void {
  if (device === "gpu") process.env.NVIDIA_TF32_OVERRIDE ??= "0";
}
