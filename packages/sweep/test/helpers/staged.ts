/**
 * Performances of trials in the contract suite, which leave notes on a desk, the folder of their data. A process that starts
 * can so tell whether it is the first, and a test can tell who ran when.
 */
import { randomUUID } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { TrialSpec } from "@lorank/evidence/results";
import type { TrialOutcome } from "@lorank/train";

/** Seeds of trials that do something once, or together. */
export const staged = {
  throwsOnce: 801,
  diesOnce: 802,
  exitsOnce: 803,
  /** Two starts wait for each other. */
  meets: 804,
  /** Two starts wait for each other, and come to different results. */
  meetsAndDiffers: 805,
  /** The first start waits until the file `go` is on the desk; others do not. */
  firstWaits: 806,
  printsBytes: 807,
  /** Takes about two seconds. */
  isSlow: 808,
} as const;

/** Runs a trial after its performance. */
export async function perform(
  desk: string,
  spec: TrialSpec,
  run: () => Promise<TrialOutcome>,
): Promise<TrialOutcome> {
  const leave = enter(desk, spec);
  try {
    await play(spec.seed, desk);
    const outcome = await run();
    if (spec.seed !== staged.meetsAndDiffers) return outcome;
    const trainTokens = 1_000_000 + process.pid;
    return { ...outcome, result: { ...outcome.result, trainTokens } };
  } finally {
    leave();
  }
}

/** Notes the start, and how many run now. */
function enter(desk: string, { seed, lora }: TrialSpec): () => void {
  const running = join(desk, "running");
  mkdirSync(running, { recursive: true });
  appendFileSync(join(desk, "starts"), `${lora.rank} ${seed}\n`);
  const own = join(running, randomUUID());
  writeFileSync(own, "");
  appendFileSync(join(desk, "side-by-side"), `${readdirSync(running).length}\n`);
  return () => rmSync(own, { force: true });
}

async function play(seed: number, desk: string): Promise<void> {
  switch (seed) {
    case staged.throwsOnce:
      if (isFirst(desk, seed)) throw new Error("the first start fails");
      break;
    case staged.diesOnce:
      if (isFirst(desk, seed)) process.kill(process.pid, "SIGKILL");
      break;
    case staged.exitsOnce:
      if (isFirst(desk, seed)) process.exit(0);
      break;
    case staged.meets:
    case staged.meetsAndDiffers:
      writeFileSync(join(desk, `met-${process.pid}`), "");
      await until(() => readdirSync(desk).filter((name) => name.startsWith("met-")).length > 1);
      break;
    case staged.firstWaits:
      if (isFirst(desk, seed)) await until(() => existsSync(join(desk, "go")));
      break;
    case staged.printsBytes:
      process.stdout.write(Buffer.from([0x1b, 0x5b, 0x33, 0x31, 0x6d, 0xff, 0xfe, 0x07, 0x0a]));
      process.stdout.write(`${"much ".repeat(20_000)}\nthe last line\n`);
      await sleep(50); // the pipe or file takes it
      process.exit(1);
      break;
    case staged.isSlow:
      await sleep(2_000);
      break;
    default:
      // Of a benchmark, which gives each trial so long.
      await sleep(1000 * Number(process.env.LORANK_BENCH_SECONDS ?? 0));
  }
}

function isFirst(desk: string, seed: number): boolean {
  try {
    mkdirSync(join(desk, `started-${seed}`));
    return true;
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20);
}
