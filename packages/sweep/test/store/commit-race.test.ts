import { expect, test } from "vitest";
import { raceToCommit } from "../helpers/commit-race.ts";

// The full form is bench/commit-race.ts.
test("of 16 processes that commit a result of each of 100 trials, one wins each", async () => {
  expect(await raceToCommit(16, 100)).toMatchObject({
    winners: 100,
    resultsOfOneAttempt: 100,
    finishedAttempts: 1600,
    temporaryFiles: 0,
  });
});
