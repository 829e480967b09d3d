import { searchedKeys } from "@lorank/evidence/results";
import { expect, test } from "vitest";
import { choiceSizes, searchesFor } from "../../src/search/searches.ts";

const targets = [
  { value: "all-linear", targetModules: ["q_proj", "up_proj"] },
  { value: "attention", targetModules: ["q_proj"] },
];

test("each setting that can be searched has a search", () => {
  expect(Object.keys(searchesFor({}))).toEqual(searchedKeys);
});

test("a choice tries the default and the values beside it", () => {
  expect(choiceSizes({ targets })).toEqual({ targets: 2, scaling: 2, alpha: 3 });
  expect(choiceSizes({})).toEqual({ targets: 0, scaling: 2, alpha: 3 });
});
