import type { TestSet } from "@lorank/core/results";
import type { PreparedTraining } from "@lorank/train";
import { sweepDefaults as usual } from "../defaults.ts";
import { planSweep, type SweepPlan } from "../plan/plan.ts";
import { comparisonOf, type SweepSettings } from "./settings.ts";

/** Plans what {@link PreparedTraining} has made ready. `test`: the examples that are set aside for one score. */
export function planPrepared(
  settings: SweepSettings,
  { config, model, classes, overlap }: Pick<PreparedTraining, "config" | "model" | "classes" | "overlap">,
  test?: TestSet,
): SweepPlan {
  return planSweep({
    ...config,
    name: `${model.name} on ${config.data.name}`,
    ...(test === undefined ? {} : { test }),
    ...comparisonOf(settings, usual.metric[config.task.kind]),
    model,
    ...majorityShare(classes),
    ...(overlap === undefined ? {} : { overlap }),
  });
}

/** Share of the largest class among the validation examples; responses have no classes, so nothing. */
function majorityShare(classes: PreparedTraining["classes"]): { majorityShare?: number } {
  if (classes === undefined) return {};
  const counts = classes.map(({ validation }) => validation);
  return { majorityShare: Math.max(...counts) / counts.reduce((sum, count) => sum + count, 0) };
}
