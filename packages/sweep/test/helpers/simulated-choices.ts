import { bestChoice, lookAgain, type Value } from "../../src/search/choices.ts";
import type { TriedTrial } from "../../src/search/try-values.ts";

/** Searches to simulate, at two ranks. */
export interface SimulatedSearches {
  readonly searches: number;
  /** Examples that judge. */
  readonly examples: number;
  /** Values with the default. */
  readonly values: number;
  /** Standard deviation of a training's loss by its random seed, in standard errors of a difference over examples. */
  readonly trainingNoise: number;
  /** Gain of the last value at both ranks, in the same standard errors. */
  readonly gain: number;
  readonly randomSeed: number;
}

/** Shares of the searches that named another value than the default: `best`, the one with the gain; `another`, any. */
export interface NamedShare {
  readonly another: number;
  readonly best: number;
  /** Shares after the first look alone. */
  readonly anotherAtOnce: number;
}

const ranks = [2, 32];
/** Standard deviation of a paired difference of log loss by example, in nats: as on the starter's e-mails. */
const spread = 0.6;

/** Simulates the rule of a choice on skewed losses: many small, few large, as log losses are. */
export function namedShare(settings: SimulatedSearches): NamedShare {
  const { searches, examples, values, trainingNoise, gain, randomSeed } = settings;
  const random = randomNumbers(randomSeed);
  const error = spread / Math.sqrt(examples);
  const names = Array.from({ length: values }, (_, i) => i);
  const best = values - 1;
  const count = { another: 0, best: 0, anotherAtOnce: 0 };
  for (let i = 0; i < searches; i++) {
    // How examples respond to a value at a rank is the value's own: a second seed sees the same examples.
    const responses = new Map(
      ranks.flatMap((rank) =>
        names.map((name) => [`${rank} ${name}`, Array.from({ length: examples }, () => skewed(random))]),
      ),
    );
    const look = (tried: readonly Value[]): TriedTrial<Value>[] =>
      ranks.flatMap((rank) =>
        tried.map((value) => {
          const shift = trainingNoise * error * normal(random) - (value === best ? gain * error : 0);
          const own = responses.get(`${rank} ${value}`)!;
          const logLosses = own.map((response) => 1 + shift + (spread / Math.SQRT2) * response);
          return { rank, value, logLosses, correct: logLosses.map(() => 1), trainableParams: 10 };
        }),
      );
    const first = look(names);
    const candidate = bestChoice(first, 0);
    if (candidate === undefined) continue;
    count.anotherAtOnce++;
    if (!lookAgain(first, look([0, candidate]), 0, candidate).confirmed) continue;
    count.another++;
    if (candidate === best) count.best++;
  }
  const share = (of: number) => of / searches;
  return {
    another: share(count.another),
    best: share(count.best),
    anotherAtOnce: share(count.anotherAtOnce),
  };
}

/** Exponential number less its mean: skewed, with a standard deviation of 1. */
function skewed(random: () => number): number {
  return -Math.log(1 - random()) - 1;
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Random numbers in [0, 1), mulberry32. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
