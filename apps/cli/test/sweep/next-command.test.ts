import type { Claim } from "@lorank/core/results";
import { expect, test } from "vitest";
import { nextStep } from "../../src/sweep/next-command.ts";

const typed = ["sweep", "my data.yaml", "--ranks=4,16", "--seeds", "3", "-o", "no folder", "--extend"];
const larger = { kind: "try-larger", topic: "next", rank: 32, until: 16 } as const;
const needed = {
  kind: "needed",
  topic: "next",
  examples: 900,
  seeds: 9,
  onlySeeds: 9,
  rank: 4,
  now: { examples: 800, seeds: 3 },
  to: "settle",
} as const;
const longer = { kind: "train-longer", topic: "next", epochs: 6, maySpeedDiffer: false } as const;
const labels = { kind: "check-labels", topic: "next", thenSearch: false } as const;
const resume = ["sweep", "--out", "no folder"];
const command = (claims: readonly Claim[], whole: readonly string[] = typed): string | undefined =>
  nextStep(claims, { commands: { whole, resume }, out: "no folder" })?.command;

test("more seeds or a larger rank go on in the folder, which knows the rest", () => {
  expect(command([larger])).toBe("lorank sweep --out 'no folder' --ranks 32 --extend");
  expect(command([needed])).toBe("lorank sweep --out 'no folder' --seeds 9 --extend");
});

test("a flag may have no value", () => {
  const rates = { kind: "try-rates", topic: "next" } as const;
  expect(command([rates])).toBe("lorank sweep --out 'no folder' --robustness --extend");
});

test("of a sweep that adds seeds until it is settled, the most seeds change", () => {
  const words = ["sweep", "--until", "settled", "--max-seeds=6", "-o", "no folder"];
  expect(command([needed], words)).toBe("lorank sweep --out 'no folder' --max-seeds 9 --extend");
});

test("other settings make a sweep in a folder that is not there yet", () => {
  expect(command([longer])).toBe(
    "lorank sweep 'my data.yaml' --ranks=4,16 --seeds 3 --epochs 6 --out 'no folder-2'",
  );
  expect(command([longer], ["sweep"])).toBe("lorank sweep --epochs 6 --out 'no folder-2'");
});

test("the first step that a command can do is named, and one that none can do has no command", () => {
  expect(command([labels, longer])).toContain("--epochs 6");
  expect(nextStep([labels], { commands: { whole: typed, resume }, out: "out" })).toEqual({
    words: "Check that the labels belong to their texts, and train on more examples.",
  });
});

test("a settled verdict asks for nothing", () => {
  const worse = { kind: "worse", topic: "evidence", ranks: [4] } as const;
  expect(nextStep([worse], { commands: { whole: typed, resume }, out: "out" })).toBeUndefined();
});

test("the time of more seeds is told where it is known", () => {
  const { words } = nextStep([needed], {
    commands: { whole: typed, resume },
    out: "out",
    secondsPerSeed: 600,
  })!;
  expect(words).toMatch(/ That takes about 60 minutes\.$/);
});
