/** Time as the process itself computes: a clock on the wall also counts what others on the machine do. */

let knownWork: number | undefined;

/** Processor time of 100 million steps of arithmetic on bytes, in milliseconds: about 100 on an EPYC of 2024. */
export async function millisecondsOfKnownWork(): Promise<number> {
  knownWork ??= await fastestOfThree(() => hash(100_000_000));
  return knownWork;
}

/** Milliseconds of the fastest of three runs: a collection of garbage falls into one of them. */
export async function fastestOfThree(work: () => unknown): Promise<number> {
  let fastest = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 3; turn++) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    fastest = Math.min(fastest, (user + system) / 1000);
  }
  return fastest;
}

/** FNV-1a of `length` zero bytes. */
function hash(length: number): number {
  const bytes = new Uint8Array(4096);
  let state = 0x811c9dc5;
  for (let i = 0; i < length; i++) state = Math.imul(state ^ bytes[i & 4095]!, 0x01000193);
  return state;
}
