import { setTimeout as pause } from "node:timers/promises";
import type { SideSpec, StepCase } from "./cases.ts";
import { modelFolder } from "./models.ts";
import { type Side, startSide } from "./side.ts";
import { median, pairRatio } from "./statistics.ts";
import type { Steps } from "./work.ts";

export interface StepOptions {
  readonly rank: number;
  readonly threads: number;
  readonly rounds: number;
  /** Steps of a side in one round. */
  readonly steps: number;
  readonly warmUp: number;
}

/** Lets the threads of a side that has just run go to sleep before the other side is timed. */
const PAUSE_MS = 300;

/** Where both sides start from the same numbers, their first losses may differ by rounding alone. */
const LOSS_TOLERANCE = 1e-3;

interface Entrant {
  readonly name: string;
  readonly spec: SideSpec;
  readonly side: Side;
  /** Seconds a step, a number each round. */
  readonly seconds: number[];
  first?: Steps;
  last?: Steps;
}

/** Runs the sides of a case in turn and prints what they took. */
export async function runStepCase(
  name: string,
  { model, work, sides, pairs }: StepCase,
  options: StepOptions,
  print: (line: string) => void,
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
      const side = await startSide(spec.stack, { ...work, model: folder, base: spec.base, rank, threads });
      const title = `${spec.stack} ${spec.base}`;
      if ("skip" in side.ready) {
        print(`${title}: skipped, ${side.ready.skip}`);
        side.close();
        entrants.push(undefined);
      } else {
        print(`${title}: ${side.ready.trained} trained parameters, ${side.ready.versions}`);
        entrants.push({ name: title, spec, side, seconds: [] });
      }
    }
    const running = entrants.filter((entrant) => entrant !== undefined);
    for (const entrant of running) entrant.first = await entrant.side.run(warmUp);
    assertSameWork(running);
    for (let round = 0; round < rounds; round++) {
      for (const entrant of running) {
        await pause(PAUSE_MS);
        entrant.last = await entrant.side.run(steps);
        entrant.seconds.push(median(entrant.last.seconds));
      }
    }
    for (const { name, seconds, first, last } of running) {
      print(
        `${name.padEnd(16)} ${milliseconds(median(seconds))} ms a step (best ${milliseconds(Math.min(...seconds))}), ` +
          `peak ${(last!.peakBytes / 1e6).toFixed(0)} MB, loss ${first!.losses[0]!.toFixed(4)} → ${last!.losses.at(-1)!.toFixed(4)}`,
      );
    }
    for (const [a, b] of pairs) {
      const [left, right] = [entrants[a], entrants[b]];
      if (!left || !right) continue;
      const { median: middle, least, most } = pairRatio(left.seconds, right.seconds);
      print(
        `time of ${left.name} / ${right.name}: ${middle.toFixed(2)} [${least.toFixed(2)}, ${most.toFixed(2)}], ` +
          `memory ${(left.last!.peakBytes / right.last!.peakBytes).toFixed(2)}`,
      );
    }
  } finally {
    for (const entrant of entrants) entrant?.side.close();
  }
}

/** Throws unless all sides train as many numbers and those with one base begin at one loss. */
function assertSameWork(entrants: readonly Entrant[]): void {
  for (const { name, spec, side, first } of entrants) {
    for (const other of entrants) {
      const [mine, yours] = [trainedOf(side), trainedOf(other.side)];
      if (mine !== yours) {
        throw new Error(
          `sides must train the same, got ${mine} parameters in ${name}, ${yours} in ${other.name}`,
        );
      }
      const [here, there] = [first!.losses[0]!, other.first!.losses[0]!];
      if (spec.base === other.spec.base && !(Math.abs(here - there) <= LOSS_TOLERANCE)) {
        throw new Error(`sides must begin at one loss, got ${here} in ${name}, ${there} in ${other.name}`);
      }
    }
  }
}

function trainedOf({ ready }: Side): number {
  return "trained" in ready ? ready.trained : 0;
}

function milliseconds(seconds: number): string {
  return (seconds * 1000).toFixed(0).padStart(5);
}
