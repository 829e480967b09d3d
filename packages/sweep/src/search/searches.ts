import type { SearchedName, SearchSummary } from "@lorank/evidence/results";
import { searchEpochs } from "./choose-epochs.ts";
import { searchRate } from "./choose-rate.ts";
import type { SettingSearch } from "./setting-search.ts";

/** Search of each setting, by its name. */
export const searches: {
  readonly [Name in SearchedName]: SettingSearch<NonNullable<SearchSummary[Name]>>;
} = {
  learningRate: searchRate,
  epochs: searchEpochs,
};
