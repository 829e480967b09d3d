import type { SideSpec } from "./cases.ts";
import { type Side, startSide } from "./side.ts";
import type { Steps, Work } from "./work.ts";

/** One side of a case with what it has answered so far. */
export interface Entrant {
  readonly name: string;
  readonly spec: SideSpec;
  readonly side: Side;
  /** Parameters that it trains. */
  readonly trained: number;
  readonly predictedBytes?: number | undefined;
  readonly warmUp: Steps;
  /** One answer a round. */
  readonly rounds: Steps[];
}

/** Where two sides hold the base alike, their first losses may differ by rounding alone. */
const LOSS_TOLERANCE = 1e-3;

/** Starts a side and lets it warm up; undefined, and said why, where the stack cannot do this work. */
export async function enter(
  spec: SideSpec,
  work: Work,
  warmUpSteps: number,
  print: (line: string) => void,
): Promise<Entrant | undefined> {
  const name = `${spec.stack} ${spec.base}`;
  const side = await startSide(work);
  if ("skip" in side.ready) {
    print(`${name}: skipped, ${side.ready.skip}`);
    side.close();
    return undefined;
  }
  const { trained, versions, predictedBytes } = side.ready;
  const warmUp = await side.run(warmUpSteps);
  print(`${name}: ${trained} trained parameters, first loss ${warmUp.losses[0]!.toFixed(4)}, ${versions}`);
  return { name, spec, side, trained, predictedBytes, warmUp, rounds: [] };
}

/** Throws unless all sides train as many numbers and those with one base begin at one loss. */
export function assertSameWork(
  entrants: readonly Pick<Entrant, "name" | "spec" | "trained" | "warmUp">[],
): void {
  for (const { name, spec, trained, warmUp } of entrants) {
    for (const other of entrants) {
      if (trained !== other.trained) {
        throw new Error(
          `sides must train the same, got ${trained} parameters in ${name}, ${other.trained} in ${other.name}`,
        );
      }
      const [here, there] = [warmUp.losses[0]!, other.warmUp.losses[0]!];
      if (spec.base === other.spec.base && !(Math.abs(here - there) <= LOSS_TOLERANCE)) {
        throw new Error(`sides must begin at one loss, got ${here} in ${name}, ${there} in ${other.name}`);
      }
    }
  }
}
