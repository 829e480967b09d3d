import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const script = fileURLToPath(new URL("../one-sweep.ts", import.meta.url));

test("one sweep plans, trains and decides", () => {
  const args = ["--conditions=@lorank/source", "--import", "tsx", script];
  const lines = execFileSync(process.execPath, args, { encoding: "utf8" }).trimEnd().split("\n");
  expect(lines.slice(0, 2)).toEqual([
    "rank 2: 27648 trained parameters",
    "rank 16: 221184 trained parameters",
  ]);
  expect(lines[2]).toBe("planned: {");

  const runs = lines.flatMap((line) => /^(rank \d+, seed \d): accuracy (.*)$/.exec(line)?.slice(1) ?? []);
  const names = [1, 2, 3].flatMap((seed) => [2, 16].map((rank) => `rank ${rank}, seed ${seed}`));
  expect(runs.filter((_, i) => i % 2 === 0)).toEqual(names);
  const accuracies = runs.filter((_, i) => i % 2 === 1).map(Number);
  expect(Math.min(...accuracies)).toBeGreaterThan(0.8); // of the larger class there are 0.7

  const verdict = lines.findIndex((line) => / take rank (2|16)$/.test(line));
  expect(lines[verdict]).toMatch(/^(adequate|extend|provisional|indistinguishable|inconclusive): take rank/);
  expect(lines.at(-1)).toMatch(/^This rests on paired runs with 3 seeds and 200 examples;/);
});
