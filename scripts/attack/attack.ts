/**
 * Reads changed files and judges what the reader does. A reader passes for a mutant if it returns, with what it promises
 * of what it returns, or throws an `InputError`; in 5 s, and with at most 64 MB more in use than the mutant has bytes.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isInputError } from "../../packages/core/src/errors.ts";
import { type Mutator, randomOf } from "./mutate.ts";

const MOST_SECONDS = 5;
const MOST_BYTES = 64e6;

export interface Original {
  readonly name: string;
  readonly load: () => Buffer;
}

/** One kind of file with what reads it. */
export interface Target {
  readonly name: string;
  readonly originals: readonly Original[];
  readonly mutate: Mutator;
  /** Also checks what is promised of what was read, and throws a plain error where that does not hold. */
  readonly read: (mutant: Buffer, original: string) => void | Promise<void>;
}

/** The targets of a package; `folder` is empty and theirs. */
export type TargetsIn = (folder: string) => readonly Target[];

export interface AttackOptions {
  /** Mutants of each target. */
  readonly count: number;
  readonly seed: number;
  /** Only the targets of this name. */
  readonly only?: string | undefined;
  /** Only the mutant of this number. */
  readonly at?: number | undefined;
  /** Told before each mutant is read. */
  readonly onMutant?: (target: string, index: number) => void;
}

export interface Tally {
  readonly target: string;
  readonly tried: number;
  readonly accepted: number;
  readonly refused: number;
  /** What a reader did that it must not do, with the mutant that it did it on. */
  readonly failures: readonly string[];
}

/** Attacks each target. A failure is printed at once, with what makes its mutant again. */
export async function attack(targetsIn: TargetsIn, options: AttackOptions): Promise<Tally[]> {
  const folder = mkdtempSync(join(tmpdir(), "lorank-attack-"));
  try {
    const tallies: Tally[] = [];
    for (const target of targetsIn(folder)) {
      if (options.only === undefined || options.only === target.name)
        tallies.push(await attackOne(target, options));
    }
    return tallies;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function attackOne(target: Target, options: AttackOptions): Promise<Tally> {
  const { count, seed, at, onMutant = () => {} } = options;
  const failures: string[] = [];
  // A reader that refuses the files as they are would pass for all mutants of them.
  for (const { name, load } of target.originals) await target.read(load(), name);
  let [tried, accepted, refused] = [0, 0, 0];
  for (let index = at ?? 0; index < (at === undefined ? count : at + 1); index++) {
    const random = randomOf(seed * 1_000_003 + index);
    const original = random.of(target.originals);
    const mutant = target.mutate(original.load(), random);
    onMutant(target.name, index);
    tried++;
    const before = bytesInUse();
    const start = performance.now();
    const problems: string[] = [];
    try {
      await target.read(mutant, original.name);
      accepted++;
    } catch (error) {
      if (isInputError(error)) refused++;
      else problems.push(String((error as Error).stack ?? error));
    }
    const seconds = (performance.now() - start) / 1000;
    if (seconds > MOST_SECONDS) problems.push(`it took ${seconds.toFixed(1)} s`);
    const used = bytesInUse() - before;
    if (used > mutant.length + MOST_BYTES) problems.push(`it used ${used} bytes for ${mutant.length}`);
    for (const problem of problems) {
      const failure = `${original.name}, ${again(target.name, seed, index)}\n${problem}`;
      failures.push(failure);
      process.stderr.write(`${failure}\n`);
    }
  }
  return { target: target.name, tried, accepted, refused, failures };
}

/** The command that reads one mutant again. */
export function again(target: string, seed: number, index: number): string {
  return `npm run attack -- --only "${target}" --seed ${seed} --at ${index}`;
}

function bytesInUse(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** The files below a folder whose path ends so. */
export function filesWithin(folder: string, ending: string): Original[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(ending))
    .map((path) => join(folder, path))
    .sort()
    .map(fileOriginal);
}

export function fileOriginal(path: string): Original {
  return { name: path, load: () => readFileSync(path) };
}

export function textOriginal(name: string, text: string): Original {
  return { name, load: () => Buffer.from(text) };
}

/** Throws for a number that is NaN or infinite anywhere in `value`. */
export function assertFinite(value: unknown, path = "$"): void {
  if (typeof value === "number" && !Number.isFinite(value)) throw new Error(`${path} is ${value}`);
  if (typeof value !== "object" || value === null) return;
  for (const [key, member] of Object.entries(value)) assertFinite(member, `${path}.${key}`);
}
