import type { Environment } from "../user-cache.ts";

/** What TensorFlow reads from the environment once, while it is loaded, and keeps for the whole process. */
export interface ProcessSettings {
  readonly device: "cpu" | "gpu";
  readonly threads: number;
}

/** The variables that bring {@link ProcessSettings} about, given those of the user. */
export function variables({ device, threads }: ProcessSettings, user: Environment): Record<string, string> {
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
