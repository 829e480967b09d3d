import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, writeFileAtomic } from "@lorank/checkpoint/files";
import { InputError } from "@lorank/core";
import {
  canonicalJson,
  checkResultPart,
  type ResultPart,
  type TestRun,
  type TrialResult,
  type TrialSpec,
  type Truncation,
} from "@lorank/core/results";
import { isTrialId, trialId } from "@lorank/train/spec";
import { idsIn, KnownIds, namesIn } from "./known-ids.ts";

/** One attempt at a trial: a folder that only one process ever writes to. */
export interface Attempt {
  readonly trialId: string;
  /** Counts from 1. */
  readonly number: number;
  readonly folder: string;
}

/**
 * The results folder of a sweep. It alone says what is done; there is no database and no queue to agree with.
 *
 *     sweep.json               the config
 *     settings.json            what was asked, to ask it again
 *     cancel.json              what the process that runs the sweep is asked to leave
 *     data/<sha256>.json       tokenised texts
 *     specs/<trialId>.json     what determines a result
 *     attempts/<trialId>/<n>/  log.jsonl, output.txt, adapter/, result.json: one writer each
 *     results/<trialId>.json   exists exactly when the trial is done; a hard link to an attempt's result.json
 *     truncations/<trialId>/   r<rank>.json: the trial's adapter cut to that rank, evaluated; only of a probe
 *     test/<sha256>/           <trialId>.json: the trial's adapter on those test examples; only of a recommended rank
 */
export class SweepStore {
  readonly out: string;
  readonly #specs: KnownIds;
  readonly #done: KnownIds;
  readonly #results = new Map<string, TrialResult>();

  /** Opens `out` and creates its folders where they are missing. */
  constructor(out: string) {
    this.out = out;
    this.#specs = new KnownIds(join(out, "specs"));
    this.#done = new KnownIds(join(out, "results"));
    for (const folder of ["specs", "attempts", "results"]) makeFolder(join(out, folder));
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

  /** Writes the spec unless it is there. Returns the trial's id. */
  addSpec(spec: TrialSpec): string {
    const id = trialId(spec);
    if (!this.hasSpec(id)) writeFileAtomic(this.specPath(id), `${canonicalJson(spec)}\n`);
    return id;
  }

  hasSpec(id: string): boolean {
    return this.#specs.has(assertTrialId(id));
  }

  /** @throws InputError `E_SPEC_FILE` when the file's content does not belong to its name. */
  readSpec(id: string): TrialSpec {
    const path = this.specPath(id);
    const spec = readJson(path) as TrialSpec;
    if (trialId(spec) === id) return spec;
    throw new InputError(
      "E_SPEC_FILE",
      `specs/${id}.json must hold the spec with that SHA-256, got ${trialId(spec)}\n` +
        adviceTo(path, "writes it anew"),
    );
  }

  isDone(id: string): boolean {
    return this.#done.has(assertTrialId(id));
  }

  /**
   * Read once, for a result never changes; `keep: false` leaves no room for it, where thousands are looked at.
   *
   * @throws InputError `E_RESULT_FILE` for what is no result, of another trial, or has figures that its examples do not give.
   */
  readResult(id: string, { keep = true }: { readonly keep?: boolean } = {}): TrialResult {
    const known = this.#results.get(id);
    if (known !== undefined) return known;
    const path = this.resultPath(id);
    const advice = adviceTo(`${path} and ${this.path("attempts", id)}`, "runs this trial anew");
    const result = readPart("TrialResult", path, advice) as TrialResult;
    if (result.trialId !== id || trialId(result.spec) !== id)
      throw resultFault(path, `the result of that trial, got one of ${trialId(result.spec)}`, advice);
    if (keep) this.#results.set(id, result);
    return result;
  }

  /** File with the evaluation of a trial's adapter cut to `rank`. */
  truncationPath(id: string, rank: number): string {
    return this.path("truncations", assertTrialId(id), `r${rank}.json`);
  }

  hasTruncation(id: string, rank: number): boolean {
    return existsSync(this.truncationPath(id, rank));
  }

  readTruncation(id: string, rank: number): Truncation {
    return readEvaluated("Truncation", this.truncationPath(id, rank)) as Truncation;
  }

  /** File with the scores of a trial's adapter on the test examples with this SHA-256. */
  testRunPath(sha256: string, id: string): string {
    return this.path("test", sha256, `${assertTrialId(id)}.json`);
  }

  hasTestRun(sha256: string, id: string): boolean {
    return existsSync(this.testRunPath(sha256, id));
  }

  readTestRun(sha256: string, id: string): TestRun {
    return readEvaluated("TestRun", this.testRunPath(sha256, id)) as TestRun;
  }

  /** All that have been scored on these test examples, in no particular order. */
  testRuns(sha256: string): TestRun[] {
    return idsIn(this.path("test", sha256)).map((id) => this.readTestRun(sha256, id));
  }

  /** All results so far, in no particular order. Works while a sweep is running. */
  readResults(): TrialResult[] {
    return this.#done.list().map((id) => this.readResult(id));
  }

  /**
   * Claims the next attempt number. `mkdir` without `recursive` fails when the folder exists, so two processes never
   * get the same number.
   */
  claimAttempt(id: string): Attempt {
    const parent = this.path("attempts", assertTrialId(id));
    makeFolder(parent);
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

  /** All attempts at a trial, by number. */
  attempts(id: string): Attempt[] {
    const parent = this.path("attempts", assertTrialId(id));
    return namesIn(parent)
      .filter((name) => /^[1-9][0-9]*$/.test(name))
      .map(Number)
      .sort((a, b) => a - b)
      .map((number) => ({ trialId: id, number, folder: join(parent, String(number)) }));
  }

  /** The attempts that reached a result, by number. More than one when two processes did the same work. */
  finishedAttempts(id: string): Attempt[] {
    return this.attempts(id).filter(({ folder }) => existsSync(join(folder, "result.json")));
  }

  /**
   * The attempt whose result counts. It is the same file as `results/<id>.json`; in a copied folder, where hard links
   * became separate files, it has the same bytes.
   */
  winningAttempt(id: string): Attempt | undefined {
    const finished = this.finishedAttempts(id);
    const { ino, dev } = statSync(this.resultPath(id));
    const linked = finished.find(({ folder }) => {
      const own = statSync(join(folder, "result.json"));
      return own.ino === ino && own.dev === dev;
    });
    if (linked !== undefined) return linked;
    const bytes = readFileSync(this.resultPath(id));
    return finished.find(({ folder }) => readFileSync(join(folder, "result.json")).equals(bytes));
  }
}

/** What to do about a damaged file that a sweep can have again. */
function adviceTo(deleted: string, sweepDoes: string): string {
  return `Delete ${deleted}, then run the same again: the sweep ${sweepDoes}.`;
}

function readEvaluated(part: ResultPart, path: string): unknown {
  return readPart(part, path, adviceTo(path, "evaluates that adapter anew"));
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

/** Parses a JSON file; the error names the file, and says what to do where there is `advice`. */
export function readJson(path: string, advice?: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    const isText = cause instanceof SyntaxError;
    if (!isText && advice === undefined) throw cause;
    const lines = [`${path} must be JSON: ${(cause as Error).message}`, ...(advice ? [advice] : [])];
    throw new InputError("E_JSON", lines.join("\n"), { cause });
  }
}

/** The same of a file that holds an object. */
export function readJsonObject(path: string, advice: string): Readonly<Record<string, unknown>> {
  const json = readJson(path, advice);
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return { ...json };
  throw new InputError("E_JSON", `${path} must hold a JSON object, got ${JSON.stringify(json)}\n${advice}`);
}

function assertTrialId(id: string): string {
  if (isTrialId(id)) return id;
  throw new InputError("E_TRIAL_ID", `trial id must be 64 hex digits, got ${JSON.stringify(id)}`);
}
