import { describe, expect, test } from "vitest";
import { decideScores } from "../../../src/index.ts";
import type { Decision } from "../../../src/results.ts";
import { readTable } from "../../helpers/written-scores.ts";

/** Reads a table as `lorank verdict` does, and decides on its scores. */
async function verdictOn(name: string, lines: readonly string[], margin?: number): Promise<Decision> {
  const { runs, examples, metric } = await readTable(`${lines.join("\n")}\n`, {}, name);
  const table = { runs, ...(examples === undefined ? {} : { examples }) };
  return decideScores(table, { metric, ...(margin === undefined ? {} : { margin }) });
}

const claimed = ({ pairs = [] }: Decision) =>
  pairs
    .filter(({ interval: [low, high] }) => low > 0 || high < 0)
    .map(({ first, second }) => [first, second]);

const scores = (rank: number, values: readonly number[]): string[] =>
  values.map((value) => `${rank},${value}`);

const refused: readonly (readonly [string, string, readonly string[], RegExp])[] = [
  [
    "three target settings in the place of seeds",
    "targets.csv",
    [
      "lora_r,target_modules,accuracy",
      ...[4, 16].flatMap((rank) =>
        [`q_proj`, `q_proj+v_proj`, `all-linear`].map(
          (of, i) => `${rank},${of},0.8${rank === 4 ? i : i + 1}7`,
        ),
      ),
    ],
    /target_modules/,
  ],
  [
    "four methods under one seed",
    "methods.csv",
    [
      "rank,seed,method,accuracy",
      ...[8, 32].flatMap((rank) =>
        ["lora", "dora", "rslora", "pissa"].map((method, i) => `${rank},42,${method},0.7${i}1`),
      ),
    ],
    /method/,
  ],
  [
    "two models in one export",
    "models.jsonl",
    [8, 32].flatMap((rank) =>
      ["llama-3.2-1b", "qwen3-0.6b"].flatMap((base_model, m) =>
        [1, 2].map((seed) => JSON.stringify({ rank, seed, base_model, accuracy: 0.6 + m / 5 + seed / 100 })),
      ),
    ),
    /base_model/,
  ],
  [
    "percent beside fractions",
    "units.csv",
    ["rank,accuracy", ...scores(4, [0.842, 0.851, 0.847]), ...scores(16, [84.9, 85.2, 84.4])],
    /one unit .*lines 2, 3 and 4|one unit .*\(line 2\)/,
  ],
  [
    "ratings from 1 to 5",
    "ratings.csv",
    ["rank,accuracy", ...scores(4, [3.4, 3.6]), ...scores(16, [4.1, 4.2])],
    /[Dd]ivide.* by 5/,
  ],
  [
    "a run that is listed twice",
    "twice.csv",
    ["rank,seed,accuracy,notes", "4,1,0.81,first", "4,1,0.82,again", "8,1,0.83,", "8,2,0.84,"],
    /rank 4, seed 1.*lines 2 and 3/s,
  ],
];

describe("is refused, and what to do is said:", () => {
  test.each(refused)("%s", async (_, name, lines, message) => {
    await expect(verdictOn(name, lines)).rejects.toThrow(message);
  });
});

describe("claims nothing false:", () => {
  test("a table that is sorted by its score, as a tracker shows it", async () => {
    const rows = [...scores(4, [0.82, 0.78, 0.74, 0.7]), ...scores(16, [0.8399, 0.8, 0.7602, 0.7201])];
    const sorted = [
      "rank,accuracy",
      ...rows.toSorted((a, b) => Number(b.split(",")[1]) - Number(a.split(",")[1])),
    ];
    const reversed = ["rank,accuracy", ...rows.toReversed()];
    const [one, other] = [await verdictOn("a.csv", sorted), await verdictOn("a.csv", reversed)];
    expect(one).toEqual(other);
    expect(claimed(one)).toEqual([]);
    expect(one.rank).toBeNull();
  });
  test("seeds that are numbered on from rank to rank", async () => {
    const lines = [0.81, 0.83, 0.85, 0.812, 0.831, 0.853].map(
      (score, i) => `${i < 3 ? 4 : 16},${i + 1},${score}`,
    );
    const decision = await verdictOn("numbered.csv", ["rank,seed,accuracy", ...lines]);
    expect(decision.runScores).toMatchObject({ pairing: "none", runs: 6 });
    expect(claimed(decision)).toEqual([]);
  });
  test("a rank with more runs than others, the first of which are its best", async () => {
    const lucky = scores(64, [0.86, 0.855, 0.85, 0.8, 0.79, 0.78, 0.81]);
    const decision = await verdictOn("more.csv", [
      "rank,accuracy",
      ...lucky,
      ...scores(8, [0.81, 0.82, 0.83]),
    ]);
    expect(claimed(decision)).toEqual([]);
    expect(decision.ranks.at(-1)).toMatchObject({ seeds: 7, accuracy: expect.closeTo(0.82071, 4) });
  });
  test("an export with crashed runs and a rank that was run once", async () => {
    const decision = await verdictOn("export.csv", [
      "Name,State,config.lora_r,config.seed,summary.eval/accuracy",
      "a,finished,8,1,0.81",
      "b,finished,8,2,0.83",
      "c,crashed,8,3,0.12",
      "d,finished,32,1,0.82",
      "e,finished,32,2,0.84",
      "f,finished,128,1,0.95",
    ]);
    expect(decision.ranks.map(({ rank }) => rank)).toEqual([8, 32]);
    expect(decision.excluded).toEqual([
      { rank: 128, reason: "it has one run, which cannot show how much the rank varies" },
    ]);
  });
  test("scores that differ in the sixth digit, whose seed did not reach the trainer", async () => {
    const lines = [4, 8, 16].flatMap((rank, r) =>
      [1, 2, 3].map((seed) => `${rank},${seed},${(0.8 + r / 50 + seed * 1e-6).toFixed(7)},2000`),
    );
    const decision = await verdictOn("digits.csv", ["rank,seed,accuracy,n", ...lines]);
    expect(decision.copies).toMatchObject({ setting: "seed", shownBy: "score" });
    expect(decision).toMatchObject({ rank: null });
    expect(decision).not.toHaveProperty("pairs");
  });
  test("one noisy rank among quiet ones", async () => {
    const decision = await verdictOn("noisy.csv", [
      "rank,accuracy",
      ...scores(4, [0.801, 0.803, 0.802]),
      ...scores(8, [0.802, 0.804, 0.801]),
      ...scores(64, [0.84, 0.79, 0.87]),
    ]);
    expect(claimed(decision)).toEqual([]);
  });
  test("decimal commas and signs of percent, among them one below 1", async () => {
    const decision = await verdictOn(
      "german.csv",
      ["rank;seed;accuracy", "4;1;0,9 %", "4;2;1,4 %", "16;1;0,8 %", "16;2;1,5 %"],
      0.02,
    );
    expect(decision.ranks.map(({ accuracy }) => accuracy)).toEqual([
      expect.closeTo(0.0115, 12),
      expect.closeTo(0.0115, 12),
    ]);
    expect(claimed(decision)).toEqual([]);
  });
});
