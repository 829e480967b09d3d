import { existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { readTextFile, throwIfUnreadable } from "@lorank/checkpoint/disk";
import { InputError } from "@lorank/core";
import { checkResultPart, type ResultPart } from "@lorank/evidence/parse";
import {
  canonicalJson,
  type SpecMembers,
  type TestRun,
  type TrialResult,
  type TrialSpec,
  type Truncation,
} from "@lorank/evidence/schema";
import { trialId } from "@lorank/train/spec";
import { idsIn, KnownIds, makeOwnFolder, namesIn, readJson, writeIfDifferent } from "./files.ts";

/** Attempt at a trial: a folder that only one process writes to. */
export interface Attempt {
  readonly trialId: string;
  /** Attempt number within the trial, from 1. */
  readonly number: number;
  readonly folder: string;
}

/**
 * Results folder of a sweep, which alone says what is done.
 *
 *     sweep.json               the config
 *     settings.json            the settings as the user wrote them
 *     cancel.json              a request to end, or to leave trials out
 *     failed.json              trials of ranks whose runs all failed
 *     data/<sha256>.json       tokenised texts; with another ending, the judge in a file
 *     specs/<trialId>.json     all that determines a result
 *     attempts/<trialId>/<n>/  log.jsonl, output.txt, resume/, adapter/, adapter.sha256, result.json: one writer each;
 *                              of another trainer also process.json, earlier-losses.jsonl and files of its own
 *     results/<trialId>.json   exactly of finished trials; a hard link to an attempt's result.json
 *     truncations/<trialId>/   r<rank>.json: the trial's adapter cut to that rank, evaluated (probe)
 *                              r0.json, of one trial: the untouched base
 *     test/<sha256>/           <trialId>.json: scores of a recommended rank on test examples
 */
export class SweepStore {
  readonly out: string;
  readonly #specs: KnownIds;
  readonly #done: KnownIds;
  readonly #written = new Set<string>();
  readonly #results = new Map<string, TrialResult>();

  /**
   * Opens `out`, and creates missing folders unless `readOnly`. Throws InputError `E_OUT` where a file has a folder's
   * name.
   */
  constructor(out: string, { readOnly = false }: { readonly readOnly?: boolean } = {}) {
    this.out = out;
    this.#specs = new KnownIds(join(out, "specs"));
    this.#done = new KnownIds(join(out, "results"));
    if (readOnly) return;
    for (const folder of ["specs", "attempts", "results"]) makeOwnFolder(join(out, folder));
  }

  path(...parts: readonly string[]): string {
    return join(this.out, ...parts);
  }

  resultPath(id: string): string {
    return this.path("results", `${assertTrialId(id)}.json`);
  }

  specPath(id: string): string {
    return this.path("specs", `${assertTrialId(id)}.json`);
  }

  /** Writes a trial's spec, unless a sound file is there. Returns the trial's id. */
  addSpec(spec: TrialSpec): string {
    const id = trialId(spec);
    if (!this.#written.has(id)) writeIfDifferent(this.specPath(id), `${canonicalJson(spec)}\n`);
    this.#written.add(id);
    return id;
  }

  hasSpec(id: string): boolean {
    return this.#specs.has(assertTrialId(id));
  }

  /**
   * Reads a trial's spec.
   *
   * @throws InputError `E_SPEC_FILE` when the file's content does not belong to the name.
   */
  readSpec(id: string): TrialSpec {
    const path = this.specPath(id);
    const advice = adviceTo(path, "writes it anew");
    const spec = readJson(path, advice) as TrialSpec;
    if (trialId(spec) === id) return spec;
    throw new InputError(
      "E_SPEC_FILE",
      `specs/${id}.json must hold the spec with that SHA-256, got ${trialId(spec)}\n${advice}`,
    );
  }

  isDone(id: string): boolean {
    return this.#done.has(assertTrialId(id));
  }

  /**
   * Reads a trial's result, once, as it never changes; `keep: false` does not cache it, to save memory.
   *
   * @throws InputError `E_RESULT_FILE` for no result, another trial's, or figures that the examples do not give.
   */
  readResult(id: string, { keep = true }: { readonly keep?: boolean } = {}): TrialResult {
    const known = this.#results.get(id);
    if (known !== undefined) return known;
    const path = this.resultPath(id);
    const advice = adviceTo(`${path} and ${this.path("attempts", id)}`, "runs this trial anew");
    const result = readPart("TrialResult", path, advice) as TrialResult;
    if (result.trialId !== id || trialId(result.spec) !== id)
      throw resultFault(path, `the result of that trial, got one of ${trialId(result.spec)}`, advice);
    const { data }: SpecMembers = result.spec;
    if (data) assertExamples(result, data.validationExamples, path, advice);
    if (keep) this.#results.set(id, result);
    return result;
  }

  #resultIfDone(id: string): TrialResult | undefined {
    return this.isDone(id) ? this.readResult(id) : undefined;
  }

  truncationPath(id: string, rank: number): string {
    return this.path("truncations", assertTrialId(id), `r${rank}.json`);
  }

  /** True if the base without an adapter was evaluated under this trial, stored as a cut to rank 0. */
  hasBase(id: string): boolean {
    return this.hasTruncation(id, 0);
  }

  readBase(id: string): Truncation["evaluation"] {
    return this.readTruncation(id, 0).evaluation;
  }

  /** Evaluation of the base without an adapter, under whichever trial; undefined where there is none yet. */
  anyBase(): Truncation["evaluation"] | undefined {
    const id = namesIn(this.path("truncations")).find((name) => isTrialId(name) && this.hasBase(name));
    return id === undefined ? undefined : this.readBase(id);
  }

  hasTruncation(id: string, rank: number): boolean {
    return existsSync(this.truncationPath(id, rank));
  }

  /**
   * Evaluation of the trial's adapter cut to `rank`, on the validation examples.
   *
   * @throws InputError as {@link readResult}.
   */
  readTruncation(id: string, rank: number): Truncation {
    const path = this.truncationPath(id, rank);
    const truncation = readPart("Truncation", path, adviceToEvaluate(path)) as Truncation;
    const result = this.#resultIfDone(id);
    assertOf({ id, rank, seed: result?.spec.seed }, truncation, path);
    assertExamples(truncation, result?.evaluation?.correct.length, path, adviceToEvaluate(path));
    return truncation;
  }

  /** File for a trial's scores on the test examples with this SHA-256. */
  testRunPath(sha256: string, id: string): string {
    return this.path("test", sha256, `${assertTrialId(id)}.json`);
  }

  hasTestRun(sha256: string, id: string): boolean {
    return existsSync(this.testRunPath(sha256, id));
  }

  /**
   * Reads a trial's scores on test examples.
   *
   * @param examples count in the test set, where known, which the scores must match.
   * @throws InputError as {@link readResult}.
   */
  readTestRun(sha256: string, id: string, examples?: number): TestRun {
    const path = this.testRunPath(sha256, id);
    const run = readPart("TestRun", path, adviceToEvaluate(path)) as TestRun;
    const spec = this.#resultIfDone(id)?.spec;
    assertOf({ id, rank: spec?.lora.rank, seed: spec?.seed }, run, path);
    assertExamples(run, examples, path, adviceToEvaluate(path));
    return run;
  }

  /** Scores of trials on the test set with this SHA-256, in no order. Throws as {@link readTestRun}. */
  testRuns(sha256: string, examples?: number): TestRun[] {
    return idsIn(this.path("test", sha256)).map((id) => this.readTestRun(sha256, id, examples));
  }

  /** Results of the trials finished so far, in no order, also while a sweep is running. */
  readResults(): TrialResult[] {
    return this.#done.list().map((id) => this.readResult(id));
  }

  /**
   * Claims a trial's next attempt by making its folder. `mkdir` without `recursive` fails on an existing folder, so no
   * two processes get the same attempt.
   */
  claimAttempt(id: string): Attempt {
    const parent = this.path("attempts", assertTrialId(id));
    makeOwnFolder(parent);
    for (let number = (this.attempts(id).at(-1)?.number ?? 0) + 1; ; number++) {
      const folder = join(parent, String(number));
      try {
        mkdirSync(folder);
        return { trialId: id, number, folder };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
    }
  }

  attempts(id: string): Attempt[] {
    const parent = this.path("attempts", assertTrialId(id));
    return namesIn(parent)
      .filter((name) => /^[1-9][0-9]*$/.test(name))
      .map(Number)
      .sort((a, b) => a - b)
      .map((number) => ({ trialId: id, number, folder: join(parent, String(number)) }));
  }

  /** Attempts at a trial that reached a result; several if processes did the same work. */
  finishedAttempts(id: string): Attempt[] {
    return this.attempts(id).filter(({ folder }) => isFile(join(folder, "result.json")));
  }

  /**
   * Attempt whose result counts: the same file as `results/<id>.json`, or in a copied folder the same bytes. Undefined
   * if deleted.
   */
  winningAttempt(id: string): Attempt | undefined {
    const finished = this.finishedAttempts(id);
    const { ino, dev } = statSync(this.resultPath(id));
    const linked = finished.find(({ folder }) => {
      const own = statSync(join(folder, "result.json"));
      return own.ino === ino && own.dev === dev;
    });
    if (linked !== undefined) return linked;
    const text = readTextFile(this.resultPath(id));
    const isSame = (path: string): boolean => looked(path, () => readTextFile(path) === text);
    return finished.find(({ folder }) => isSame(join(folder, "result.json")));
  }
}

function isFile(path: string): boolean {
  return looked(path, () => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
}

/** Runs `look` on a path; false if nothing is there. Throws as {@link throwIfUnreadable}. */
function looked(path: string, look: () => boolean): boolean {
  try {
    return look();
  } catch (error) {
    throwIfUnreadable(path, error);
    return false;
  }
}

function adviceTo(deleted: string, sweepDoes: string): string {
  return `Delete ${deleted}, then run the same again: the sweep ${sweepDoes}.`;
}

function adviceToEvaluate(path: string): string {
  return adviceTo(path, "evaluates that adapter anew");
}

/** Throws E_RESULT_FILE where an evaluation names another trial, rank or seed. */
function assertOf(
  of: { readonly id: string; readonly rank: number | undefined; readonly seed: number | undefined },
  got: Truncation | TestRun,
  path: string,
): void {
  const { rank = got.rank, seed = got.seed } = of;
  if (got.trialId === of.id && got.rank === rank && got.seed === seed) return;
  const words = (id: string, rank: number, seed: number): string => `trial ${id}, rank ${rank}, seed ${seed}`;
  const fault = `the evaluation of ${words(of.id, rank, seed)}, got one of ${words(got.trialId, got.rank, got.seed)}`;
  throw resultFault(path, fault, adviceToEvaluate(path));
}

/** Throws E_RESULT_FILE for another count of examples: lists that are cut alike have means that fit. */
function assertExamples(
  { evaluation }: Pick<TrialResult, "evaluation">,
  examples: number | undefined,
  path: string,
  advice: string,
): void {
  const got = evaluation?.correct.length;
  if (got !== undefined && examples !== undefined && got !== examples)
    throw resultFault(path, `outcomes of ${examples} examples, got ${got}`, advice);
}

function readPart(part: ResultPart, path: string, advice: string): unknown {
  const json = readJson(path, advice);
  const [issue] = checkResultPart(part, json);
  if (issue === undefined) return json;
  throw resultFault(path, `a result: ${issue.path} must be ${issue.rule}, got ${issue.value}`, advice);
}

function resultFault(path: string, fault: string, advice: string): InputError {
  return new InputError("E_RESULT_FILE", `${path} must hold ${fault}\n${advice}`);
}

/** Throws E_TRIAL_ID for other ids than SHA-256: ids become file names. */
function assertTrialId(id: string): string {
  if (isTrialId(id)) return id;
  throw new InputError("E_TRIAL_ID", `trial id must be 64 hex digits, got ${JSON.stringify(id)}`);
}

function isTrialId(name: string): boolean {
  return /^[0-9a-f]{64}$/.test(name);
}
