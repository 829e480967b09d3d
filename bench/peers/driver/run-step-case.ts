import { setTimeout as pause } from "node:timers/promises";
import type { StepCase } from "./cases.ts";
import { assertSameWork, type Entrant, enter } from "./entrant.ts";
import { modelFolder } from "./models.ts";
import { median, pairRatio } from "./statistics.ts";

export interface StepOptions {
  readonly rank: number;
  readonly threads: number;
  readonly rounds: number;
  /** Steps of a side in one round. */
  readonly steps: number;
  readonly warmUp: number;
}

type Print = (line: string) => void;

/** Lets the threads of a side that has just run go to sleep before the other side is timed. */
const PAUSE_MS = 300;

/** Runs the sides of a case in turn and prints what they took. */
export async function runStepCase(
  name: string,
  { model, work, sides, pairs }: StepCase,
  options: StepOptions,
  print: Print,
): Promise<void> {
  const { rank, threads, rounds, steps, warmUp } = options;
  print(
    `\n${name}: ${model} shapes, ${work.batch} × ${work.seq} tokens, ${work.task}, rank ${rank} on all linear layers, ` +
      `${work.recompute ? "blocks computed again in the backward pass" : "activations saved"}, ${threads} threads, ` +
      `${rounds} rounds of ${steps} step${steps === 1 ? "" : "s"} after ${warmUp} to warm up`,
  );
  const folder = modelFolder(model);
  const entrants: (Entrant | undefined)[] = [];
  try {
    for (const spec of sides) {
      const own = { ...work, ...spec, model: folder, rank, threads };
      entrants.push(await enter(spec, own, warmUp, print));
    }
    const running = entrants.filter((entrant) => entrant !== undefined);
    assertSameWork(running);
    for (let round = 1; round <= rounds; round++) {
      for (const { side, rounds: answers } of running) {
        await pause(PAUSE_MS);
        answers.push(await side.run(steps));
      }
      const taken = running.map((entrant) => milliseconds(wallSeconds(entrant).at(-1)!)).join(" ");
      print(`round ${String(round).padStart(2)}: ${taken} ms`);
    }
    for (const entrant of running) printEntrant(entrant, print);
    for (const [a, b] of pairs) printPair(entrants[a], entrants[b], print);
  } finally {
    for (const entrant of entrants) entrant?.side.close();
  }
}

function printEntrant(entrant: Entrant, print: Print): void {
  const { name, rounds, warmUp, predictedBytes } = entrant;
  const seconds = wallSeconds(entrant);
  print(
    `${name.padEnd(20)} ${milliseconds(median(seconds))} ms a step (best ${milliseconds(Math.min(...seconds))}), ` +
      `CPU ${milliseconds(median(cpuSeconds(entrant)))} ms, peak ${megabytes(peakBytes(entrant))}${predictedBytes === undefined ? "" : ` (predicted ${megabytes(predictedBytes)})`}, ` +
      `loss ${warmUp.losses[0]!.toFixed(4)} → ${rounds.at(-1)!.losses.at(-1)!.toFixed(4)}`,
  );
}

function printPair(left: Entrant | undefined, right: Entrant | undefined, print: Print): void {
  if (!left || !right) return;
  const wall = pairRatio(wallSeconds(left), wallSeconds(right));
  const cpu = pairRatio(cpuSeconds(left), cpuSeconds(right));
  print(
    `${left.name} / ${right.name}: time ${wall.median.toFixed(2)} [${wall.least.toFixed(2)}, ${wall.most.toFixed(2)}], ` +
      `CPU time ${cpu.median.toFixed(2)}, memory ${(peakBytes(left) / peakBytes(right)).toFixed(2)}`,
  );
}

/** Wall-clock time of a step, one number a round. */
function wallSeconds({ rounds }: Entrant): number[] {
  return rounds.map(({ seconds }) => median(seconds));
}

/** CPU time of a step, one number a round, all threads together. */
function cpuSeconds({ rounds }: Entrant): number[] {
  return rounds.map(({ cpuSeconds, seconds }) => cpuSeconds / seconds.length);
}

function peakBytes({ rounds }: Entrant): number {
  return rounds.at(-1)!.peakBytes;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

function milliseconds(seconds: number): string {
  return (seconds * 1000).toFixed(0).padStart(5);
}
