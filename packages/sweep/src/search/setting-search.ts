import type { RunOptions } from "../executor/run-options.ts";
import type { SweepConfig } from "../plan/sweep-config.ts";
import type { SearchParts } from "./search-parts.ts";
import type { SearchStop, SearchTrials } from "./try-values.ts";

/** Inputs of a search of one setting. */
export interface SearchPlace {
  readonly trials: SearchTrials;
  readonly parts: SearchParts;
  /** Config of the sweep, with what was found before this setting, and its own default. */
  readonly config: SweepConfig;
}

/** Search of one setting: tries values, and returns what it found. */
export type SettingSearch<Found> = (place: SearchPlace, run: RunOptions) => Promise<Found | SearchStop>;
