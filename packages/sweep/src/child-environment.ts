/** Environment variables of a process; a name that programs without Node's types lack. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Bytes: the largest limit that glibc takes on 64-bit machines. Larger blocks always come from the system. */
const LARGEST_POOLED = 32 * 2 ** 20;

/**
 * Turns off glibc's per-thread lists of small freed blocks, which are never joined with neighbours. onnxruntime's
 * aligned blocks leave such scraps between large free ones, and the pool grows to several times its use.
 */
const JOIN_AT_ONCE = "glibc.malloc.tcache_count=0:glibc.malloc.mxfast=0";

/**
 * MiB of V8's new space. V8's own 16 cost a trial 20 to 30 MB and save no time
 * (docs/checked/memory-accuracy-engine.md).
 */
const NEW_OBJECTS = "--max-semi-space-size=2";

/**
 * Environment of a trial's process: less room for garbage, and on Linux one glibc pool that never shrinks. By default
 * glibc returns blocks of megabytes to the system, thousands of times: 10 to 15 % of a step. Peak memory stays, and so
 * do variables that the user has set.
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

/** Environment of child processes, without the queue server's address: it may hold a password. */
export function ownEnvironment({ LORANK_REDIS: _, ...own }: Environment): Environment {
  return own;
}
