import { expect, test } from "vitest";
import { isNightly } from "../../../../scripts/nightly.ts";
import { raceToCommit } from "../helpers/commit-race.ts";

const [processes, trials] = isNightly ? [16, 100] : [6, 50];

// The full form is bench/commit-race.ts.
test(`of ${processes} processes that commit a result of each of ${trials} trials, one wins each`, async () => {
  expect(await raceToCommit(processes, trials)).toMatchObject({
    winners: trials,
    resultsOfOneAttempt: trials,
    finishedAttempts: processes * trials,
    temporaryFiles: 0,
  });
});
