import type { NotCounted } from "../model/shape.ts";
import { canRun, type Lack, type Requested } from "./card-limits.ts";
import { type Change, type Changed, changes } from "./changes.ts";
import { type Fit, fitOf } from "./fits.ts";
import { notCountedIn, provenBounds } from "./not-counted.ts";
import { settingsOn } from "./profiles.ts";
import { type TrainingOptions, trainingEstimate } from "./training.ts";

/** Memory-saving change of the settings, and its effect on device memory. */
export interface ChangeEffect extends Omit<Change, "apply"> {
  /** Options that the change sets, by name and as text: `{ checkpointing: "on" }`. */
  readonly set: Changed["set"];
  /** Decrease in the upper bound on device memory. */
  readonly savedBytes: number;
  readonly deviceBytes: readonly [lo: number, hi: number];
  /** Training memory omitted from the estimate after the change. */
  readonly notCounted: readonly NotCounted[];
  readonly fit: Fit;
}

/** Estimate after some changes, one after another. */
interface Changing {
  readonly options: TrainingOptions;
  /** Upper bound on device memory, in bytes, without what is not counted. */
  readonly upperBound: number;
  /** Upper bound that holds despite what is not counted. */
  readonly provenUpperBound: number;
  readonly effects: readonly ChangeEffect[];
}

interface Tried {
  readonly change: Change;
  readonly after: Changing;
  readonly effect: ChangeEffect;
}

export interface MemoryAdvice {
  /** Single changes that save anything, the most effective first. */
  readonly single: readonly ChangeEffect[];
  /**
   * Fewest changes that surely fit; ties are broken by the dearest change's price. Empty when the training fits
   * already, null when nothing helps.
   */
  readonly together: readonly ChangeEffect[] | null;
  /**
   * True if no estimate, before and after each single change, omits anything. If false, changes not named here may make
   * it fit, too.
   */
  readonly allCounted: boolean;
}

/** Advises what to change to fit into `budgetBytes`, without what a card with `lacks` cannot run. */
export function memoryAdvice(
  options: TrainingOptions,
  budgetBytes: number,
  lacks: readonly Lack[] = [],
): MemoryAdvice {
  const before = unchanged(options);
  const tried = tryAll(before, budgetBytes, lacks);
  return {
    single: tried.map(({ effect }) => effect),
    together: changesThatFit(before, budgetBytes, { lacks, tried }),
    allCounted: [notCountedIn(options), ...tried.map(({ effect }) => effect.notCounted)].every(
      (notCounted) => notCounted.length === 0,
    ),
  };
}

const LARGEST_SET = 3;

/** Tries sets of useful changes; above three it is greedy by savings, then drops unnecessary changes. */
function changesThatFit(
  before: Changing,
  budgetBytes: number,
  { lacks, tried }: { readonly lacks: readonly Lack[]; readonly tried: readonly Tried[] },
): readonly ChangeEffect[] | null {
  if (before.provenUpperBound <= budgetBytes) return [];
  if (!tried.some(({ after }) => after.provenUpperBound < Infinity)) return null;
  const useful = tried.map(({ change }) => change);
  const byPrice = changes.filter((change) => useful.includes(change));
  let sets = [{ changed: before, next: 0 }];
  for (let size = 1; size <= LARGEST_SET; size++) {
    const larger: typeof sets = [];
    for (const [index, change] of byPrice.entries())
      for (const { changed } of sets.filter(({ next }) => next <= index)) {
        const after = withChange(changed, change, budgetBytes);
        if (after === null) continue;
        if (fits(after)) return after.effects;
        larger.push({ changed: after, next: index + 1 });
      }
    sets = larger;
  }
  return greedyChanges(before, budgetBytes, lacks);
}

function greedyChanges(
  before: Changing,
  budgetBytes: number,
  lacks: readonly Lack[],
): readonly ChangeEffect[] | null {
  let sequence: Change[] = [];
  for (let now = before; now.provenUpperBound > budgetBytes; ) {
    const best = tryAll(now, budgetBytes, lacks).find(({ after }) => after.provenUpperBound < Infinity);
    if (best === undefined) return null;
    sequence.push(best.change);
    now = best.after;
  }
  for (const change of [...changes].reverse()) {
    for (let at = sequence.lastIndexOf(change); at >= 0; at = sequence.lastIndexOf(change)) {
      const without = sequence.filter((_, index) => index !== at);
      if (!fits(withChanges(before, without, budgetBytes))) break;
      sequence = without;
    }
  }
  return withChanges(before, sequence, budgetBytes).effects;
}

function fits({ effects }: Changing): boolean {
  return effects.at(-1)?.fit === "fits";
}

function tryAll(before: Changing, budgetBytes: number, lacks: readonly Lack[]): Tried[] {
  return changes
    .flatMap((change) => {
      const after = withChange(before, change, budgetBytes);
      return after === null ? [] : { change, after, effect: after.effects.at(-1)! };
    })
    .filter(({ effect: { savedBytes, set } }) => savedBytes > 0 && canRun(lacks, settingsOf(set)))
    .sort((a, b) => b.effect.savedBytes - a.effect.savedBytes);
}

/** Changed settings that a card may be unable to run. A new base format is left out: it keeps its compute dtype. */
function settingsOf({ attention, adapterDtype }: Changed["set"]): Requested {
  return { attention, adapterDtype } as Requested;
}

function unchanged(options: TrainingOptions): Changing {
  const [, upperBound] = trainingEstimate(options).deviceBytes;
  const [, provenUpperBound] = provenBounds([0, upperBound], notCountedIn(options));
  return { options, upperBound, provenUpperBound, effects: [] };
}

function withChange(before: Changing, change: Change, budgetBytes: number): Changing | null {
  const { profile, base, settings } = before.options;
  const changed = change.apply(before.options, { ...settingsOn(profile, base.dtype), ...settings });
  if (changed === null) return null;
  const { options, set } = changed;
  const { deviceBytes } = trainingEstimate(options);
  const [, upperBound] = deviceBytes;
  const { name, price } = change;
  const notCounted = notCountedIn(options);
  const proven = provenBounds(deviceBytes, notCounted);
  const savedBytes = before.upperBound - upperBound;
  const effect = { name, price, set, savedBytes, deviceBytes, notCounted, fit: fitOf(proven, budgetBytes) };
  return { options, upperBound, provenUpperBound: proven[1], effects: [...before.effects, effect] };
}

/** Makes each change that can be made after those before it. */
function withChanges(before: Changing, sequence: readonly Change[], budgetBytes: number): Changing {
  return sequence.reduce((now, change) => withChange(now, change, budgetBytes) ?? now, before);
}
