/** Environment variables of a process. The types of Node have a name for it that a program without them lacks. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The largest limit that glibc takes on a 64-bit machine; larger blocks always come from the system. */
const LARGEST_POOLED = 32 * 2 ** 20;

/**
 * Stops glibc from holding small freed blocks per thread, where it does not join them with their neighbours.
 * onnxruntime needs aligned blocks, and glibc cuts a few bytes off before and behind each. Those small blocks part the
 * large free ones, and the pool grows to several times of what is in use.
 */
const JOIN_AT_ONCE = "glibc.malloc.tcache_count=0:glibc.malloc.mxfast=0";

/**
 * MiB of V8's room for new objects. A trial's objects are few and live long; with V8's own 16 it takes 20 to 30 MB more and
 * no less time (docs/checked/memory-accuracy-engine.md).
 */
const NEW_OBJECTS = "--max-semi-space-size=2";

/**
 * The environment of a trial's process: ours, less room for garbage, and on Linux settings of glibc's allocator. A
 * trial needs the same blocks of some megabytes thousands of times. By default glibc fetches each from the system and
 * gives it back, which takes 10 to 15 % of a step. One pool that never shrinks costs no more memory at the peak.
 * Variables that the user has set stay.
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

/**
 * The environment of child processes: ours without the address of the queue's server. It may hold a password, which
 * only drivers and workers need.
 */
export function ownEnvironment({ LORANK_REDIS: _, ...own }: Environment): Environment {
  return own;
}
