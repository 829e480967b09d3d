import { expect, test } from "vitest";
import { surviveFailures } from "./helpers/queue-failures.ts";
import { noRedis } from "./helpers/redis-server.ts";

// The full form is bench/queue-failures.ts.
test.skipIf(noRedis)(
  `24 trials on 3 workers survive 12 kills and one of the server${noRedis ? ` (skipped: ${noRedis})` : ""}`,
  async () => {
    const survival = await surviveFailures({ trials: 24, workers: 3, kills: 12, everyMs: 200 });
    expect(survival).toMatchObject({
      results: 24,
      serverKills: 1,
      disagreements: 0,
      temporaryFiles: 0,
      finishedLater: 0,
    });
    expect(survival.killedTrials + survival.killedWorkers).toBe(12);
    expect(survival.starts).toBeGreaterThan(24);
  },
);
