import { counted, wholeNumber } from "@lorank/core";
import { figure, metricOf } from "@lorank/evidence/results";
import type { StepChoice } from "@lorank/train";
import type { TitledLine } from "../../output.ts";

/** Fact on the evaluations on the way, "after every 20 steps, …"; empty without any. */
export function pointsFact(every: number | undefined, patience: number | undefined): TitledLine[] {
  if (every === undefined) return [];
  const after =
    every < 1
      ? `every ${Number((100 * every).toPrecision(6))} % of the steps`
      : `every ${counted(every, "step")}`;
  const end =
    patience === undefined
      ? ""
      : `; it ends after ${counted(patience, "evaluation")} in a row without a better one`;
  return [["points", `after ${after}, and at the end; the adapter of the best step is written${end}`]];
}

/** Lines on the step whose adapter is written; `noun` is that of a validation example. */
export function chosenStepLines(choice: StepChoice, noun: string): string[] {
  const { metric: name, chosen, last, plannedSteps, choosingExamples } = choice;
  const metric = metricOf(name);
  const isLast = chosen.step === last?.step;
  const at = `step ${wholeNumber(chosen.step)} of ${wholeNumber(plannedSteps)}${isLast && chosen.step === plannedSteps ? ", the last" : ""}`;
  const lines = [
    `chosen    the adapter of ${at}: the best ${metric.noun} on ${counted(choosingExamples, noun)}, which chose it`,
  ];
  if (last !== undefined && last.step < plannedSteps)
    lines.push(`ended     after step ${wholeNumber(last.step)}: its patience ran out`);
  return lines;
}

/** Line that compares the chosen step with the last, on the examples that chose neither; none if only one is scored. */
export function againstLast({
  metric: name,
  chosen,
  last,
  gain,
  gainInterval,
  confidence,
}: StepChoice): string[] {
  if (last === undefined || gain === undefined || chosen.step === last.step) return [];
  const metric = metricOf(name);
  const { suffix, unit, unitOf } = metric;
  const ends =
    gainInterval === undefined ? "" : ` [${gainInterval.map((end) => figure(end, metric)).join(", ")}]`;
  const sure = gainInterval === undefined ? "" : `, with ${100 * confidence} % confidence`;
  return [
    `last step ${metric.noun} ${figure(last.score, metric)}${suffix} at step ${wholeNumber(last.step)}; ` +
      `the chosen step gains ${figure(gain, metric)}${ends} ${unit[1]}${unitOf}${sure}`,
  ];
}
