import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { createOutput } from "../../src/output.ts";
import { judgeRuns } from "../../src/results/evidence.ts";

test("tasks of a suite are better on the side of their score", async () => {
  const path = join(temporaryFolder(), "runs.csv");
  const rows = [4, 8].flatMap((rank) =>
    [1, 2].flatMap((seed) =>
      ["arc", "gsm"].map((task, i) => `${rank},${seed},${task},${1 + i - rank / 20 + seed / 50}`),
    ),
  );
  writeFileSync(path, ["rank,seed,task,loss", ...rows].join("\n"));
  const options = { metric: "loss", suite: ["task"] };
  const judged = await judgeRuns([path], options, createOutput({ quiet: true }));
  expect(judged!.decision.secondary).toMatchObject([
    { name: "arc", better: "lower" },
    { name: "gsm", better: "lower" },
  ]);
});
