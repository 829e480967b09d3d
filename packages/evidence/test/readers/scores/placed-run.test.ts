import { expect, test } from "vitest";
import {
  assertOnlySeedsInPaths,
  nameOfRun,
  placesOf,
  scoredRun,
} from "../../../src/readers/scores/placed-run.ts";

const run = (rank: number, place: string, seed?: number) => ({
  ...{ rank, place, score: 0.5 },
  ...(seed === undefined ? {} : { seed }),
});

test("places are listed by their lines", () => {
  expect(placesOf([run(4, "line 2"), run(4, "line 7"), run(4, "line 12")])).toBe("lines 2, 7 and 12");
  expect(placesOf([run(4, "line 2")])).toBe("line 2");
  expect(placesOf([run(4, "a/r4"), run(4, "b/r4")])).toBe("a/r4 and b/r4");
});

test("a run has a name, and loses its place", () => {
  expect(nameOfRun({ rank: 4, seed: 1, rate: 0.01 })).toBe("rank 4 at rate 0.01, seed 1");
  expect(scoredRun(run(4, "line 2", 3))).toEqual({ rank: 4, seed: 3, score: 0.5 });
});

test("folders of one rank are repetitions, or are refused", () => {
  const refused = (places: readonly string[]) => () =>
    assertOnlySeedsInPaths(
      places.map((place) => run(Number(/r(\d+)/.exec(place)![1]), place)),
      "*-r{rank}",
    );
  expect(refused(["q_proj-r4", "all-r4", "q_proj-r16", "all-r16"])).toThrow(
    "runs of one rank must differ in the seed alone in *-r{rank}, got",
  );
  expect(refused(["1-r4", "2-r4", "1-r16", "2-r16"])).not.toThrow();
});

test("two folders of one run are named", () => {
  expect(() =>
    assertOnlySeedsInPaths([run(4, "a/r4-s1", 1), run(4, "b/r4-s1", 1)], "*/r{rank}-s{seed}"),
  ).toThrow("rank 4, seed 1 must have one folder, got a/r4-s1 and b/r4-s1");
});
