import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { PointScores } from "../../src/plan/events.ts";
import { followPoints } from "../../src/trainers/follow-points.ts";
import { temporaryFolder } from "../helpers/example.ts";

const outcomesIn = (folder: string) => join(folder, "outcomes.csv");

function writePoint(attempt: string, step: number, rows: string): void {
  const folder = join(attempt, "points", String(step));
  mkdirSync(folder, { recursive: true });
  writeFileSync(outcomesIn(folder), `example,correct\n${rows}`);
}

test("points are told in the order of their steps, each when a later step exists and its examples are whole", async () => {
  const attempt = temporaryFolder();
  const reference = join(attempt, "examples.json");
  writeFileSync(reference, JSON.stringify({ examples: ["e1", "e2"] }));
  let lastStep: number | undefined = 4;
  const seen: PointScores[] = [];
  let tell = (): void => {};
  const told = () => new Promise<void>((resolve) => (tell = resolve));

  writePoint(attempt, 2, "e1,1\n"); // half of its examples
  writePoint(attempt, 4, "e1,1\ne2,1\n");
  const first = told();
  const points = followPoints(
    attempt,
    {
      ...{ outcomesIn, reference, run: { rank: 4, seed: 1 }, metric: "accuracy" },
      lastStep: () => lastStep,
      onPoint: (point) => {
        seen.push(point);
        tell();
      },
    },
    1,
  );
  writePoint(attempt, 2, "e1,1\ne2,0\n");
  await first;
  expect(seen).toEqual([{ step: 2, accuracy: 0.5 }]);

  const second = told();
  lastStep = 5;
  await second;
  expect(seen).toEqual([
    { step: 2, accuracy: 0.5 },
    { step: 4, accuracy: 1 },
  ]);
  await points.stop();
});
