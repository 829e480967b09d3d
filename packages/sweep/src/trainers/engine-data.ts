import { existsSync } from "node:fs";
import { extname } from "node:path";
import type { AnswersSpec, Results, Task } from "@lorank/evidence/schema";
import type { ProgressReporter } from "../plan/events.ts";
import type { SweepInputs, SweepPlan } from "../plan/plan.ts";
import { isEqualFile, makeOwnFolder, writeIfDifferent } from "../store/files.ts";
import type { SweepStore } from "../store/store.ts";

export function judgePath(store: SweepStore, { metric, sha256 }: AnswersSpec): string {
  return store.path("data", `${sha256}${extname(metric)}`);
}

/** Data members of the results: each validation example's class, or prompts and references where answers are judged. */
export async function dataOfResults(
  { task, answers }: SweepPlan["config"],
  dataset: Uint8Array,
  modelPath: string,
): Promise<Pick<Results["data"], "validationLabels" | "questions">> {
  const validationLabels = await validationLabelsOf(task, dataset);
  if (validationLabels) return { validationLabels };
  if (answers === undefined) return {};
  const { questionsIn } = await import("./questions.ts");
  return { questions: questionsIn(dataset, modelPath) };
}

/**
 * Class number of each validation example; undefined for responses.
 *
 * @throws InputError `E_DATASET` for a dataset that no trial could use.
 */
export async function validationLabelsOf(
  task: Task,
  dataset: Uint8Array,
): Promise<readonly number[] | undefined> {
  if (task.kind !== "classification") return undefined;
  const { decodeDataset } = await import("@lorank/train/data");
  const { validation } = decodeDataset(dataset);
  return validation.flatMap((example) => ("label" in example ? [example.label] : []));
}

interface KeptData {
  readonly datasetFile: string;
  readonly testFile: string | undefined;
}

/** Writes dataset, test examples and judge file to the results folder's `data/<sha256>`, unless they are there. */
export function keepData(
  store: SweepStore,
  { plan, dataset, testExamples, judge }: Pick<SweepInputs, "plan" | "dataset" | "testExamples" | "judge">,
  reporter: ProgressReporter,
): KeptData {
  const { data, test, answers } = plan.config;
  makeOwnFolder(store.path("data"));
  if (answers && judge) keepExamples(judgePath(store, answers), judge, reporter);
  const keep = (sha256: string, bytes: Uint8Array): string =>
    keepExamples(store.path("data", `${sha256}.json`), bytes, reporter);
  return {
    datasetFile: keep(data.sha256, dataset),
    testFile: test && testExamples && keep(test.sha256, testExamples),
  };
}

/** Writes a file named by SHA-256, unless a sound file is there. Returns the path. */
export function keepExamples(file: string, bytes: Uint8Array, reporter: ProgressReporter): string {
  if (existsSync(file) && !isEqualFile(file, bytes))
    reporter.report({ kind: "file-rebuilt", file, damage: "its bytes did not have the SHA-256 of its name" });
  writeIfDifferent(file, bytes);
  return file;
}
