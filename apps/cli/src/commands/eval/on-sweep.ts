import { InputError } from "@lorank/core";
import type { Task } from "@lorank/evidence/results";
import { type EvaluationInSweep, sweepEvaluator } from "@lorank/sweep/engine";
import { defaults } from "../../defaults.ts";
import { pickDevice } from "../../device.ts";
import { readAdapter } from "../../model/read-adapter.ts";
import { resolveAdapterPath, resolveModelPath } from "../../model/resolve.ts";
import type { Messages } from "../../output.ts";
import { foreignProgram, readKept } from "../../settings/saved-settings.ts";
import { plainText } from "../../text.ts";
import type { SweepEvaluation } from "./flags.ts";

export interface EvaluatedOnSweep extends EvaluationInSweep {
  readonly task: Task;
  /** Metric for generated answers; `accuracy` is the mean over examples. */
  readonly metric?: string;
}

/**
 * Evaluates an adapter, or the base alone, on the validation examples on which a sweep compares ranks.
 * @throws `E_SETTINGS_FILE` without settings in the folder, `E_HEAD` for a classifier's base alone, `E_LABELS` for an
 * adapter with other classes; as `sweepEvaluator`.
 */
export async function evaluateOnSweep(
  settings: SweepEvaluation,
  output: Messages,
): Promise<EvaluatedOnSweep> {
  const { sweep, threads, device } = settings;
  const { config, evaluate } = sweepEvaluator(sweep);
  const { task, compute = "float32", answers } = config;
  const modelPath = await resolveModelPath(modelName(settings, answers?.metric, output), output);
  const adapter =
    settings.adapter === undefined
      ? undefined
      : readAdapter(await resolveAdapterPath(settings.adapter, output));
  if (task.kind === "classification") {
    if (adapter === undefined)
      throw new InputError(
        "E_HEAD",
        "--adapter must name an adapter for a sweep of classes, whose base has no head, got none\n" +
          `The sweep's own: lorank eval ${sweep}/adapters/r<rank>`,
      );
    assertClasses(adapter.classNames, task.labels);
  }
  const { chose, why } = await pickDevice({ device, threads, compute });
  if (chose !== "cpu") output.note(`On ${plainText(why)}`);
  const evaluated = await evaluate(adapter, { modelPath, threads, device: chose });
  return { ...evaluated, task, ...(answers ? { metric: answers.metric } : {}) };
}

/**
 * Base model by flag, else by the sweep's settings. Warns about another user's program in the settings.
 * @param metric in place of the saved metric.
 */
function modelName({ sweep, model }: SweepEvaluation, metric: string | undefined, output: Messages): string {
  const saved = readKept(sweep);
  if (saved === undefined)
    throw new InputError(
      "E_SETTINGS_FILE",
      `${sweep} must hold the settings.json of a sweep that the command line ran, got none`,
    );
  const judging = metric === undefined ? saved : { ...saved, settings: { ...saved.settings, metric } };
  const warning = foreignProgram(sweep, judging);
  if (warning !== undefined) output.note(plainText(warning));
  return model ?? String(saved.settings.model ?? defaults.model);
}

/** Throws E_LABELS for an adapter with other classes than the sweep's; without class names it passes. */
function assertClasses(own: readonly string[] | undefined, labels: readonly string[]): void {
  if (own === undefined || JSON.stringify(own) === JSON.stringify(labels)) return;
  throw new InputError(
    "E_LABELS",
    `the adapter's classes must be those of the sweep, ${labels.join(", ")}, got ${own.join(", ")}`,
  );
}
