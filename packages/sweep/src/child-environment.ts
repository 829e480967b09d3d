/** Environment variables by name, as `process.env`; for programs without Node's types. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Largest block, in bytes, from glibc's pool (M_MMAP_THRESHOLD's maximum on 64-bit machines). Larger blocks are mapped
 * from the system.
 */
const LARGEST_POOLED = 32 * 2 ** 20;

/**
 * Turns off glibc's per-thread lists of freed blocks, which are never joined. onnxruntime's aligned blocks leave scraps
 * there, and the pool grows to several times the memory in use.
 */
const JOIN_AT_ONCE = "glibc.malloc.tcache_count=0:glibc.malloc.mxfast=0";

/**
 * New-space size for V8, in MiB. The default, 16, takes 20 to 30 MB more and saves no time
 * (docs/checked/memory-accuracy-engine.md).
 */
const NEW_OBJECTS = "--max-semi-space-size=2";

/**
 * Environment variables for a trial's process, under the user's own. By default glibc returns megabyte blocks to the
 * system, 10 to 15 % of a step.
 *
 * Source: mallopt(3), M_MMAP_THRESHOLD, M_TRIM_THRESHOLD, M_ARENA_MAX; glibc's manual, Memory Allocation Tunables.
 */
export function trialEnvironment(own: Environment, platform: string = process.platform): Environment {
  const { NODE_OPTIONS: options = "" } = own;
  const env = options.includes("semi-space-size")
    ? own
    : { ...own, NODE_OPTIONS: `${options} ${NEW_OBJECTS}`.trim() };
  if (platform !== "linux") return env;
  return {
    MALLOC_MMAP_THRESHOLD_: String(LARGEST_POOLED),
    MALLOC_TRIM_THRESHOLD_: String(2 ** 40),
    MALLOC_ARENA_MAX: "1",
    GLIBC_TUNABLES: JOIN_AT_ONCE,
    ...env,
  };
}

export function ownEnvironment({ LORANK_REDIS: _, ...own }: Environment): Environment {
  return own;
}
