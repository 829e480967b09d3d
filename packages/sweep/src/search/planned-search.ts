import { namesToSearch, type ToSearch } from "../plan/searched-settings.ts";
import type { SweepConfig } from "../plan/sweep-config.ts";
import { searchedRanks } from "../store/record.ts";
import { epochBounds } from "./choose-epochs.ts";
import { rateBounds } from "./choose-rate.ts";
import { judgedExamplesOf, shortShare } from "./search-parts.ts";
import { choiceSizes } from "./searches.ts";

/** Least and most of a count or an amount. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
}

/** Trainings of a search, before it runs. */
export interface PlannedSearch {
  readonly ranks: readonly number[];
  /** Trainings at each rank. */
  readonly trainings: Bounds;
  /** Optimiser steps at each rank, in those of a trial of the sweep. */
  readonly work: Bounds;
  /** Examples that judge each training. */
  readonly judgedExamples: number;
}

/** Plans a search; undefined where nothing is searched. */
export function plannedSearch(
  toSearch: ToSearch,
  { data, ranks }: Pick<SweepConfig, "data" | "ranks">,
): PlannedSearch | undefined {
  const names = namesToSearch(toSearch);
  if (names.length === 0) return undefined;
  const judgedExamples = judgedExamplesOf(data.trainExamples);
  const longShare = 1 - judgedExamples / data.trainExamples;
  // Epochs that were found make all later trainings longer.
  const longest = toSearch.epochs ? 2 ** (epochBounds.most - 1) : 1;
  const sizes = choiceSizes(toSearch);
  const parts = names.map((name): readonly [trainings: Bounds, work: Bounds] => {
    if (name === "learningRate") return [rateBounds, times(rateBounds, shortShare)];
    if (name === "epochs")
      return [
        epochBounds,
        { least: longShare * (2 ** epochBounds.least - 1), most: longShare * (2 ** epochBounds.most - 1) },
      ];
    // The default is trained once for all choices, or by the search of the rate; a second look trains two values.
    const isFirst = names.find((one) => one in sizes) === name;
    const ofDefault = isFirst && (toSearch.epochs || !toSearch.learningRate) ? 1 : 0;
    const bounds = { least: sizes[name] - 1 + ofDefault, most: sizes[name] + 1 + ofDefault };
    return [bounds, { least: shortShare * bounds.least, most: shortShare * longest * bounds.most }];
  });
  const trainings = total(parts.map(([count]) => count));
  return {
    ranks: searchedRanks({ ranks }),
    trainings,
    work: total(parts.map(([, work]) => work)),
    judgedExamples,
  };
}

function times({ least, most }: Bounds, factor: number): Bounds {
  return { least: factor * least, most: factor * most };
}

function total(bounds: readonly Bounds[]): Bounds {
  const sum = (key: keyof Bounds): number => bounds.reduce((all, one) => all + one[key], 0);
  return { least: sum("least"), most: sum("most") };
}
