import type { OptionNames } from "@lorank/core";
import { trainingNames } from "@lorank/train/names";
import type { ComparisonSettings, SweepSettings } from "./settings.ts";

export const comparisonNames: OptionNames<ComparisonSettings> = {
  ranks: false,
  arms: false,
  seeds: false,
  method: false,
  robustness: false,
  metric: false,
  margin: false,
  confidence: false,
};

export const sweepNames: OptionNames<SweepSettings> = {
  ...trainingNames,
  ...comparisonNames,
  maxForgetting: false,
};
