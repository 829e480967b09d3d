import { sequentialTails } from "../../statistics/group-sequential.ts";

/** When a race looks at its outcomes, and the part of the error that it spends there. */
export interface PlannedLook {
  /** Seeds that every rank in play has then run. */
  readonly seeds: number;
  /** All shares of a race sum to 1. */
  readonly share: number;
}

/** Fewest seeds worth a look: with two, one degree of freedom makes every interval useless. */
const firstLook = 3;

/** The error spent by the time that a part t of the seeds has run is t to this power. See docs/checked/verdict-study.md. */
const spendingPower = 1.5;

/** The looks of a race over `seeds` seeds, known before it starts: after each seed from the third on, or one at the end of fewer. */
export function raceLooks(seeds: number): readonly PlannedLook[] {
  if (seeds <= firstLook) return [{ seeds, share: 1 }];
  const counts = Array.from({ length: seeds - firstLook + 1 }, (_, i) => firstLook + i);
  const spentBy = (count: number): number => (count / seeds) ** spendingPower;
  return counts.map((count, i) => ({
    seeds: count,
    share: spentBy(count) - (i === 0 ? 0 : spentBy(count - 1)),
  }));
}

const known = new Map<string, readonly number[]>();

/**
 * What the claims of look number `index` leave out, of a `tail` that the whole race may leave out: more than the look's share of it,
 * for the looks share their outcomes.
 */
export function lookTail(looks: readonly PlannedLook[], index: number, tail: number): number {
  if (looks.length === 1) return tail;
  const last = looks.at(-1)!.seeds;
  const key = `${last} ${tail}`;
  let tails = known.get(key);
  if (tails === undefined) {
    const times = looks.map(({ seeds }) => seeds / last);
    tails = sequentialTails(
      times,
      times.map((time) => tail * time ** spendingPower),
    );
    known.set(key, tails);
  }
  return tails[index]!;
}
