import type { SearchSummary } from "./search-types.ts";

/** Settings that a search can find, by their members in {@link SearchSummary}: nouns, in the order of the search. */
export const searchedNames = {
  learningRate: "learning rate",
  epochs: "epochs",
  targets: "targets",
  scaling: "scaling",
  alpha: "alpha",
} as const satisfies { readonly [Key in keyof SearchSummary]?: string };

export type SearchedName = keyof typeof searchedNames;

export const searchedKeys = Object.keys(searchedNames) as SearchedName[];
