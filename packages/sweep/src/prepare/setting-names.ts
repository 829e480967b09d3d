import type { OptionNames } from "@lorank/core";
import { trainingNames } from "@lorank/train/names";
import type { ComparisonSettings, SweepSettings } from "./settings.ts";

/** Names of {@link ComparisonSettings}. */
export const comparisonNames: OptionNames<ComparisonSettings> = {
  ranks: false,
  seeds: false,
  method: false,
  robustness: false,
  metric: false,
  margin: false,
  confidence: false,
};

/** Names of {@link SweepSettings}, to check what a caller wrote. */
export const sweepNames: OptionNames<SweepSettings> = { ...trainingNames, ...comparisonNames };
