import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { ProcessVariables } from "../user-cache.ts";

export interface TensorflowCheck {
  readonly version: string;
  readonly gpu: boolean;
}

/** Child program: loads the add-on as `openBinding` does, and computes one product. */
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
 * Tests the add-on in a child process, since unfitting libraries may crash it.
 * @throws TensorflowError E_TENSORFLOW with the child's message.
 */
export async function checkTensorflowAddon(
  addon: string,
  settings: ProcessSettings,
): Promise<TensorflowCheck> {
  const env = { ...process.env, ...variables(settings, process.env) };
  try {
    const run = promisify(execFile);
    // NODE_OPTIONS may name files relative to another folder.
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

/** Error line in the child's output, or the way it ended. */
function reasonOf(cause: unknown): string {
  const { stderr = "", message, signal } = cause as Error & { stderr?: string; signal?: string | null };
  const line = stderr.split("\n").find((text) => /^\S*Error: /.test(text));
  return line ?? (signal ? `the signal ${signal}` : message.split("\n")[0]!);
}

/** Thrown when TensorFlow does not load, fails, or was loaded with other settings. */
export class TensorflowError extends Error {
  override readonly name = "TensorflowError";
  readonly code = "E_TENSORFLOW";
}

/** Settings TensorFlow reads from the environment once, while loading. */
export interface ProcessSettings {
  readonly device: "cpu" | "gpu";
  readonly threads: number;
}

/** Environment variables for {@link ProcessSettings}; some user values stay. */
export function variables(
  { device, threads }: ProcessSettings,
  user: ProcessVariables,
): Record<string, string> {
  return {
    TF_NUM_INTRAOP_THREADS: String(threads),
    TF_NUM_INTEROP_THREADS: "1",
    // Hints about instruction sets are irrelevant to users.
    TF_CPP_MIN_LOG_LEVEL: user.TF_CPP_MIN_LOG_LEVEL ?? "3",
    // oneDNN doubles the rate without AVX-512, where it is off by default: the wheels' own kernels use no FMA.
    TF_ENABLE_ONEDNN_OPTS: user.TF_ENABLE_ONEDNN_OPTS ?? "1",
    // TensorFlow otherwise takes all GPU memory at once.
    TF_FORCE_GPU_ALLOW_GROWTH: "true",
    // One GPU: the add-on uses only the first, yet TensorFlow would reserve all.
    CUDA_VISIBLE_DEVICES: device === "cpu" ? "-1" : (user.CUDA_VISIBLE_DEVICES?.split(",")[0] ?? "0"),
  };
}

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

/** Keeps GPU products in float32 instead of TF32. Source: NVIDIA_TF32_OVERRIDE in cuBLAS' documentation. */
export function keepFloat32({ device }: ProcessSettings): void {
  if (device === "gpu") process.env.NVIDIA_TF32_OVERRIDE ??= "0";
}
