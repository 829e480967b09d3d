/** Plants changes of rank 1, 4 and 16 and lets sweeps look for them: `pnpm start`. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findRank } from "./find-rank.ts";

for (const planted of [1, 4, 16]) {
  const folder = mkdtempSync(join(tmpdir(), `lorank-planted-${planted}-`));
  const { decision, teacherLogLoss } = await findRank({
    planted,
    ranks: [1, 2, 4, 8, 16, 32],
    seeds: [0, 1, 2],
    folder,
    trialsAtOnce: 2,
    margin: 0.01,
    training: { trainExamples: 1500, validationExamples: 400, epochs: 6, learningRate: 0.01 },
  });
  console.log(
    `planted rank ${planted}: ${decision.verdict}, rank ${decision.rank}; the teacher's log loss is ${teacherLogLoss.toFixed(4)}`,
  );
  for (const { rank, logLoss, differenceToBest, differenceInterval } of decision.ranks) {
    const interval = differenceInterval.map((bound) => bound.toFixed(4)).join(", ");
    console.log(
      `  rank ${rank}: log loss ${logLoss?.toFixed(4)}, difference to the best ${differenceToBest.toFixed(4)} [${interval}]`,
    );
  }
}
