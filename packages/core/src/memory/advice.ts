import type { NotCounted } from "../model/shape.ts";
import { canRun, type Lack, type Requested } from "./card-limits.ts";
import { type Change, type Changed, changes } from "./changes.ts";
import { type Fit, fitOf } from "./fits.ts";
import { notCountedIn, provenBounds, provenBytes } from "./not-counted.ts";
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

interface Tried {
  readonly change: Change;
  readonly options: TrainingOptions;
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
  const tried = tryAll(options, budgetBytes, lacks);
  return {
    single: tried.map(({ effect }) => effect),
    together: changesThatFit(options, budgetBytes, { lacks, tried }),
    allCounted: [notCountedIn(options), ...tried.map(({ effect }) => effect.notCounted)].every(
      (notCounted) => notCounted.length === 0,
    ),
  };
}

const LARGEST_SET = 3;

/** Tries sets of useful changes; above three it is greedy by savings, then drops unnecessary changes. */
function changesThatFit(
  options: TrainingOptions,
  budgetBytes: number,
  { lacks, tried }: { readonly lacks: readonly Lack[]; readonly tried: readonly Tried[] },
): ChangeEffect[] | null {
  if (provenBytes(options)[1] <= budgetBytes) return [];
  if (!tried.some((each) => provenBytes(each.options)[1] < Infinity)) return null;
  const useful = tried.map(({ change }) => change);
  const byPrice = changes.filter((change) => useful.includes(change));
  for (let size = 1; size <= LARGEST_SET; size++) {
    for (const set of subsets(byPrice, size)) {
      const effects = effectsOf(options, set, budgetBytes);
      if (effects.length === size && effects.at(-1)?.fit === "fits") return effects;
    }
  }
  return greedyChanges(options, budgetBytes, lacks);
}

function* subsets<Item>(items: readonly Item[], size: number): Generator<Item[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (const [index, item] of items.entries()) {
    for (const rest of subsets(items.slice(0, index), size - 1)) yield [...rest, item];
  }
}

function greedyChanges(
  options: TrainingOptions,
  budgetBytes: number,
  lacks: readonly Lack[],
): ChangeEffect[] | null {
  let sequence: Change[] = [];
  for (let now = options; provenBytes(now)[1] > budgetBytes; ) {
    const best = tryAll(now, budgetBytes, lacks).find((each) => provenBytes(each.options)[1] < Infinity);
    if (best === undefined) return null;
    sequence.push(best.change);
    now = best.options;
  }
  for (const change of [...changes].reverse()) {
    for (let at = sequence.lastIndexOf(change); at >= 0; at = sequence.lastIndexOf(change)) {
      const without = sequence.filter((_, index) => index !== at);
      if (effectsOf(options, without, budgetBytes).at(-1)?.fit !== "fits") break;
      sequence = without;
    }
  }
  return effectsOf(options, sequence, budgetBytes);
}

function tryAll(options: TrainingOptions, budgetBytes: number, lacks: readonly Lack[]): Tried[] {
  return changes
    .flatMap((change) => tryOne(change, options, budgetBytes) ?? [])
    .filter(({ effect: { savedBytes, set } }) => savedBytes > 0 && canRun(lacks, settingsOf(set)))
    .sort((a, b) => b.effect.savedBytes - a.effect.savedBytes);
}

/** Changed settings that a card may be unable to run. A new base format is left out: it keeps its compute dtype. */
function settingsOf({ attention, adapterDtype }: Changed["set"]): Requested {
  return { attention, adapterDtype } as Requested;
}

function tryOne(change: Change, options: TrainingOptions, budgetBytes: number): Tried | null {
  const changed = change.apply(options, { ...options.profile.settings, ...options.settings });
  if (changed === null) return null;
  const { deviceBytes } = trainingEstimate(changed.options);
  const { name, price } = change;
  const savedBytes = upperBound(options) - deviceBytes[1];
  const notCounted = notCountedIn(changed.options);
  const fit = fitOf(provenBounds(deviceBytes, notCounted), budgetBytes);
  return {
    change,
    options: changed.options,
    effect: { name, price, set: changed.set, savedBytes, deviceBytes, notCounted, fit },
  };
}

function effectsOf(
  options: TrainingOptions,
  sequence: readonly Change[],
  budgetBytes: number,
): ChangeEffect[] {
  let now = options;
  return sequence.flatMap((change) => {
    const tried = tryOne(change, now, budgetBytes);
    if (tried === null) return [];
    now = tried.options;
    return [tried.effect];
  });
}

function upperBound(options: TrainingOptions): number {
  return trainingEstimate(options).deviceBytes[1];
}
