/**
 * Reads changed files and judges what the reader does. A reader passes for a mutant if it returns, with what it promises
 * of what it returns, or throws an `InputError`; in ten times the processor time that this machine takes for a known piece
 * of work, and with at most 64 MB more in use than the mutant has bytes.
 */
import { isInputError } from "../../packages/core/src/errors.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import type { Case, Original } from "./corpus.ts";
import { COUNTS, type Scale } from "./counts.ts";
import { type Mutator, type Random, randomOf } from "./mutate.ts";
import { fastestOfThree, millisecondsOfKnownWork } from "./processor-time.ts";

/** The slowest reading of a sound reader takes as long as the known work; a hang or a square of the length takes far longer. */
const MOST_TIMES_KNOWN_WORK = 10;
const MOST_BYTES = 64e6;

// Memory is looked at after so many mutants or milliseconds: that takes as long as it takes to read a header.
const BATCH = 256;
const BATCH_MILLISECONDS = 20;

// Changes of a large file say no more than those of a small one, and take longer.
const LARGEST_CHANGED_CASE = 100_000;

const MOST_FAILURES_SHOWN = 20;
const LINES_SHOWN = 4;

/** One kind of file with what reads it. */
export interface Target {
  readonly name: string;
  /** Valid files. */
  readonly originals: readonly Original[];
  /** Files that were found to break a reader, or that it must refuse. */
  readonly corpus?: readonly Case[];
  readonly mutate: Mutator;
  /** Also checks what is promised of what was read, and throws a plain error where that does not hold. */
  readonly read: (mutant: Buffer, original: string) => void | Promise<void>;
  /** How much longer than other targets it may take; the target says why. (default: 1) */
  readonly slowness?: number;
}

/** The targets of a package; `folder` is empty and theirs. */
export type TargetsIn = (folder: string) => readonly Target[];

export interface AttackOptions {
  /** Mutants of each target, or a column of the table of counts. */
  readonly count: number | Scale;
  /** The part of such a column that is read. (default: 1) */
  readonly share?: number;
  readonly seed: number;
  /** Only the mutants from the first number up to the second, exclusive. */
  readonly range?: readonly [start: number, end: number] | undefined;
  /** Told before mutants are read: all from `start` up to `end`, exclusive. In a `range`, before each. */
  readonly onMutants?: (target: string, start: number, end: number) => void;
}

export interface Tally {
  readonly target: string;
  readonly tried: number;
  readonly accepted: number;
  readonly refused: number;
  readonly failed: number;
  readonly seconds: number;
  /** What a reader did that it must not do, with the mutant that it did it on: the first twenty. */
  readonly failures: readonly string[];
}

type Verdict = "accepted" | "refused" | { readonly problem: string };

/** The targets of a package in a folder of their own, which is removed when the tests or the process end. */
export function made(targetsIn: TargetsIn): readonly Target[] {
  return targetsIn(temporaryFolder());
}

/** The files of the corpora that take no seconds, each with its target. */
export function casesOf(targets: readonly Target[]): { readonly target: Target; readonly file: Case }[] {
  return targets.flatMap((target) =>
    (target.corpus ?? []).filter(({ isSlow }) => !isSlow).map((file) => ({ target, file })),
  );
}

/** What a reader makes of a file of the corpus: "accepted", or the code of its error. */
export async function outcomeOf(target: Target, { load }: Case): Promise<string> {
  try {
    await target.read(load(), target.originals[0]!.name);
    return "accepted";
  } catch (error) {
    if (isInputError(error)) return error.code;
    throw error;
  }
}

/** Attacks one target. A failure is printed at once, with what makes its mutant again. */
export async function attack(target: Target, options: AttackOptions): Promise<Tally> {
  const { seed, range, onMutants = () => {} } = options;
  const [first, end] = range ?? [0, countOf(target, options)];
  const begun = performance.now();
  const failures: string[] = [];
  const tally = { tried: 0, accepted: 0, refused: 0, failed: 0 };
  // A reader that refuses the files as they are would pass for all mutants of them.
  for (const { name, load } of target.originals) await target.read(load(), name);
  // The tests read the others by themselves.
  for (const file of target.corpus ?? []) {
    if (options.count !== "nightly") break;
    onMutants(target.name, 0, 0);
    const outcome = await outcomeOf(target, file);
    if (outcome === file.expected) continue;
    tally.failed++;
    failures.push(`${target.name}: ${file.name} must give ${file.expected}, got ${outcome}`);
    process.stderr.write(`${failures.at(-1)}\n`);
  }

  const small = (target.corpus ?? []).filter(({ bytes }) => bytes <= LARGEST_CHANGED_CASE);
  const startOf = (random: Random): readonly [start: Original, original: string] => {
    const isCase = small.length > 0 && random.below(8) === 0;
    const start = random.of(isCase ? small : target.originals);
    return [start, isCase ? target.originals[0]!.name : start.name];
  };
  const mutantAt = (index: number): [mutant: Buffer, original: string] => {
    const random = randomOf(seed * 1_000_003 + index);
    const [start, name] = startOf(random);
    return [target.mutate(start.load(), random), name];
  };
  const fail = (index: number, problem: string): void => {
    tally.failed++;
    if (failures.length === MOST_FAILURES_SHOWN) return;
    const [{ name }] = startOf(randomOf(seed * 1_000_003 + index));
    failures.push(`${name}, ${again(target.name, seed, index)}\n${problem}`);
    process.stderr.write(`${failures.at(-1)}\n`);
  };

  const mostMilliseconds = MOST_TIMES_KNOWN_WORK * (target.slowness ?? 1) * (await millisecondsOfKnownWork());
  const step = range === undefined ? BATCH : 1;
  for (let start = first; start < end; ) {
    onMutants(target.name, start, Math.min(start + step, end));
    const before = bytesInUse();
    const batchBegun = performance.now();
    let index = start;
    let last = batchBegun;
    while (index < end && index < start + step && last - batchBegun < BATCH_MILLISECONDS) {
      const [mutant, name] = mutantAt(index);
      const readBegun = performance.now();
      const verdict = await verdictOf(target, mutant, name);
      last = performance.now();
      tally.tried++;
      if (typeof verdict === "string") tally[verdict]++;
      else fail(index, verdict.problem);
      if (last - readBegun > mostMilliseconds) {
        const milliseconds = await fastestOfThree(() => verdictOf(target, mutant, name));
        if (milliseconds > mostMilliseconds)
          fail(
            index,
            `it took ${milliseconds.toFixed(0)} ms each of three times, ${mostMilliseconds.toFixed(0)} are allowed`,
          );
      }
      index++;
    }
    // What is in use may be of all mutants of the batch together, and not yet collected: each is looked at by itself.
    if (bytesInUse() - before > MOST_BYTES) {
      for (let at = start; at < index; at++) {
        const [mutant, name] = mutantAt(at);
        const used = await fewestBytesOfThree(target, mutant, name);
        if (used > mutant.length + MOST_BYTES) fail(at, `it used ${used} bytes for ${mutant.length}`);
      }
    }
    start = index;
  }
  return { target: target.name, ...tally, seconds: (performance.now() - begun) / 1000, failures };
}

function countOf({ name }: Target, { count, share = 1 }: AttackOptions): number {
  if (typeof count === "number") return count;
  const counts = COUNTS[name];
  if (counts === undefined) throw new Error(`scripts/attack/counts.ts must have a row for ${name}`);
  return Math.ceil(share * counts[count]);
}

async function verdictOf(target: Target, mutant: Buffer, name: string): Promise<Verdict> {
  try {
    // Most readers return at once, and waiting takes as long as reading a header.
    const reading = target.read(mutant, name);
    if (reading !== undefined) await reading;
    return "accepted";
  } catch (error) {
    if (isInputError(error)) return "refused";
    return {
      problem: String((error as Error).stack ?? error)
        .split("\n", LINES_SHOWN)
        .join("\n"),
    };
  }
}

/** What one reading leaves may wait for the garbage collector; a leak grows each time. */
async function fewestBytesOfThree(target: Target, mutant: Buffer, name: string): Promise<number> {
  let fewest = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 3 && fewest > mutant.length + MOST_BYTES; turn++) {
    const before = bytesInUse();
    await verdictOf(target, mutant, name);
    fewest = Math.min(fewest, bytesInUse() - before);
  }
  return fewest;
}

/** The command that reads one mutant again. */
export function again(target: string, seed: number, index: number): string {
  return `npm run attack -- --only "${target}" --seed ${seed} --at ${index}`;
}

function bytesInUse(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Throws for a number that is NaN or infinite anywhere in `value`. */
export function assertFinite(value: unknown, path = "$"): void {
  if (typeof value === "number" && !Number.isFinite(value)) throw new Error(`${path} is ${value}`);
  if (typeof value !== "object" || value === null) return;
  for (const [key, member] of Object.entries(value)) assertFinite(member, `${path}.${key}`);
}
