import type { SearchedName, SearchSummary } from "@lorank/evidence/schema";
import { type ToSearch, valueIn } from "../plan/searched-settings.ts";
import { type Choice, searchChoice } from "./choices.ts";
import { searchEpochs } from "./choose-epochs.ts";
import { searchRate } from "./choose-rate.ts";
import type { SearchPlace, SettingSearch } from "./setting-search.ts";

type Searches = { readonly [Name in SearchedName]: SettingSearch<NonNullable<SearchSummary[Name]>> };

/** Factors of the default alpha to try: under AdamW, alpha acts as a learning rate of B alone. */
const alphaFactors = [1, 1 / 4, 4];

/** Search of each setting, by its name. */
export function searchesFor({ targets = [] }: ToSearch): Searches {
  return {
    learningRate: searchRate,
    epochs: searchEpochs,
    targets: choosing(() => ({
      setting: "targets",
      values: targets.map(({ value }) => value),
      inConfig: (value) => targets.find((one) => one.value === value)!.targetModules,
    })),
    scaling: choosing(({ config }) => {
      const start = config.lora.scalingRule;
      return { setting: "scaling", values: [start, start === "lora" ? "rslora" : "lora"] };
    }),
    alpha: choosing(({ config }) => {
      const start = valueIn(config, "alpha") as { readonly alpha: number };
      return {
        setting: "alpha",
        values: alphaFactors.map((factor) => factor * start.alpha),
        inConfig: (value) => ({ ...start, alpha: value }),
      };
    }),
  };
}

function choosing(choiceIn: (place: SearchPlace) => Choice): Searches["targets"] {
  return (place, run) => searchChoice(choiceIn(place), place, run);
}

/** Numbers of values that choices try, with the default. */
export function choiceSizes({ targets = [] }: ToSearch): Readonly<Record<Choice["setting"], number>> {
  return { targets: targets.length, scaling: 2, alpha: alphaFactors.length };
}
