import { expect, test } from "vitest";
import { checkClaims, checkWords } from "../../../src/checks/claims.ts";
import { comparedIn } from "../../../src/claims/compared.ts";
import { decide, decideScores } from "../../../src/index.ts";
import { type ReadRunsOptions, readRuns } from "../../../src/readers/read-runs.ts";
import { shownTasks } from "../../../src/readers/rows/suite.ts";
import { randomStream } from "../../../src/statistics/random.ts";
import { written } from "../../helpers/written-scores.ts";

const tasks = { arc: 40, gsm: 10, hella: 90 };

/** Outcomes of ranks 4 and 8: the larger is better on the smallest task alone. Examples have numbers within a task. */
function byExample(): { readonly text: string; readonly meanOf: (rank: number, task: string) => number } {
  const { uniform } = randomStream(5);
  const sums = new Map<string, number>();
  const rows = [4, 8].flatMap((rank) =>
    [1, 2, 3].flatMap((seed) =>
      Object.entries(tasks).flatMap(([task, count]) =>
        Array.from({ length: count }, (_, example) => {
          const correct = uniform() < (task === "gsm" && rank === 8 ? 0.9 : 0.5) ? 1 : 0;
          sums.set(`${rank} ${task}`, (sums.get(`${rank} ${task}`) ?? 0) + correct / count / 3);
          return [rank, seed, task, example, correct].join(",");
        }),
      ),
    ),
  );
  const text = ["rank,seed,task,example,correct", ...rows].join("\n");
  return { text, meanOf: (rank, task) => sums.get(`${rank} ${task}`)! };
}

async function outcomesOf(text: string, options: ReadRunsOptions) {
  const read = await readRuns(written("outcomes.csv", text), options);
  if (read?.kind !== "outcomes") throw new Error("no outcomes");
  return read;
}

async function scoresOf(text: string, options: ReadRunsOptions) {
  const read = await readRuns(written("runs.csv", text), options);
  if (read?.kind !== "scores") throw new Error("no scores");
  return read;
}

test("outcomes by example are judged by the mean over tasks, and each task is shown", async () => {
  const { text, meanOf } = byExample();
  const read = await outcomesOf(text, { suite: ["task"] });
  expect(read.tasks).toEqual(["arc", "gsm", "hella"]);
  const secondary = shownTasks(read.tasks!, "higher");
  const decision = decide(read, { metric: "task-mean", secondary });
  for (const { rank, scores } of decision.ranks) {
    const own = Object.keys(tasks).map((task) => meanOf(rank, task));
    expect(scores!["task-mean"]).toBeCloseTo(own.reduce((a, b) => a + b, 0) / 3, 12);
    const shown = decision.secondary!.map(({ ranks }) => ranks.find((one) => one.rank === rank)!.mean);
    expect(shown).toEqual(own.map((mean) => expect.closeTo(mean, 12)));
  }
  const words = checkClaims(decision, "onRuns").map((claim) =>
    checkWords[claim.kind as "classes"]?.(claim as never, comparedIn()),
  );
  expect(words).toContain(
    "Each of 3 tasks counts alike; the smallest, gsm, has 10 of 140 examples, and intervals count those.",
  );
});

test("a task with few examples counts as much as a large one", async () => {
  const { text } = byExample();
  const options = { margin: 0.01 } as const;
  const plain = decide(
    await outcomesOf(text.replaceAll(/(arc|gsm|hella),(\d+),(\d)$/gm, "$1,$1/$2,$3"), {}),
    options,
  );
  const read = await outcomesOf(text, { suite: ["task"] });
  const suite = decide(read, { ...options, metric: "task-mean" });
  const gain = ({ ranks: [small, large] }: typeof plain, by: "accuracy" | "task-mean"): number =>
    by === "accuracy"
      ? large!.accuracy! - small!.accuracy!
      : large!.scores!["task-mean"]! - small!.scores!["task-mean"]!;
  expect(gain(suite, "task-mean")).toBeGreaterThan(2 * gain(plain, "accuracy"));
});

test("a suite of log losses is judged by their mean over tasks, of which less is better", async () => {
  const loss = (rank: number, task: string, example: number): number =>
    (task === "gsm" && rank === 8 ? 0.4 : 0.7) + (example % 3) / 10;
  const rows = [4, 8].flatMap((rank) =>
    [1, 2, 3].flatMap((seed) =>
      Object.entries(tasks).flatMap(([task, count]) =>
        Array.from({ length: count }, (_, example) =>
          [rank, seed, task, example, 1, loss(rank, task, example) + seed / 100].join(","),
        ),
      ),
    ),
  );
  const text = ["rank,seed,task,example,correct,logLoss", ...rows].join("\n");
  const read = await outcomesOf(text, { suite: ["task"], metric: "log-loss" });
  expect(read.metric).toBe("task-log-loss");
  const decision = decide(read, { metric: read.metric!, secondary: shownTasks(read.tasks!, "lower") });
  const meanOf = (rank: number, task: "arc" | "gsm" | "hella"): number =>
    0.02 +
    Array.from({ length: tasks[task] }, (_, e) => loss(rank, task, e)).reduce((a, b) => a + b) / tasks[task];
  for (const { rank, scores } of decision.ranks) {
    const own = (["arc", "gsm", "hella"] as const).map((task) => meanOf(rank, task));
    expect(scores!["task-log-loss"]).toBeCloseTo((own[0]! + own[1]! + own[2]!) / 3, 12);
    const shown = decision.secondary!.map(({ ranks }) => ranks.find((one) => one.rank === rank)!.mean);
    expect(shown).toEqual(own.map((mean) => expect.closeTo(mean, 12)));
  }
  expect(decision.rank).toBe(8);
  await expect(outcomesOf(text, { suite: ["task"], metric: "f1" })).rejects.toThrow(
    "--metric must be accuracy or log-loss for a --suite of outcomes by example, got f1",
  );
});

const long = ["rank,seed,task,acc"];
const wide = ["rank,seed,arc,gsm"];
for (const rank of [4, 8])
  for (const seed of [1, 2, 3]) {
    const [arc, gsm] = [0.6 + seed / 100, 0.3 + (rank === 8 ? 0.1 : 0) + seed / 200];
    long.push(`${rank},${seed},arc,${arc}`, `${rank},${seed},gsm,${gsm}`);
    wide.push(`${rank},${seed},${arc},${gsm}`);
  }

test("runs with a row, or a column, for each task give the same means", async () => {
  const byRow = await scoresOf(long.join("\n"), { suite: ["task"] });
  const byColumn = await scoresOf(wide.join("\n"), { suite: ["arc", "gsm"], better: "higher" });
  for (const { tasks, runs } of [byRow, byColumn]) {
    expect(tasks).toEqual(["arc", "gsm"]);
    expect(runs[3]!.score).toBeCloseTo((0.61 + 0.405) / 2, 12);
    expect(runs[3]!.secondary).toEqual([
      { name: "arc", values: [0.61] },
      { name: "gsm", values: [expect.closeTo(0.405, 12)] },
    ]);
  }
  expect(byColumn.metric).toBe("higher:mean over tasks");
  expect(byColumn.notes).toContain("Each of 2 tasks counts alike: arc and gsm.");
  const secondary = shownTasks(byColumn.tasks!, "higher");
  const decision = decideScores(byColumn, { metric: byColumn.metric, margin: 0.01, secondary });
  expect(decision.secondary!.map(({ name }) => name)).toEqual(["arc", "gsm"]);
  expect(decision.rank).toBe(8);
});

test("a condition may be on a task, which is shown once", () => {
  const condition = [{ name: "gsm", better: "higher", limit: 0.3 }] as const;
  expect(shownTasks(["arc", "gsm"], "higher", condition)).toEqual([{ name: "arc", better: "higher" }]);
});

test.each<[string, string[], ReadRunsOptions, string]>([
  ["a single task", long.filter((line) => !line.includes("gsm")), { suite: ["task"] }, "two or more tasks"],
  ["no such column", wide, { suite: ["arc", "mmlu"], better: "higher" }, "--suite must name a column"],
  ["an open side", wide, { suite: ["arc", "gsm"] }, "--higher or --lower is needed"],
  [
    "a metric beside columns",
    wide,
    { suite: ["arc", "gsm"], better: "higher", metric: "arc" },
    "--metric must be left to --suite",
  ],
  [
    "means over another column",
    long,
    { suite: ["task"], averageOver: "seed" },
    "--average-over must be of one task, got seed beside --suite",
  ],
])("%s is refused", async (_, lines, options, message) => {
  await expect(scoresOf(lines.join("\n"), options)).rejects.toThrow(message);
});

test.each<[string, string[], string]>([
  ["one task", ["task"], "must name two or more tasks"],
  ["the column of examples", ["example"], "must name a column of tasks"],
  ["several columns", ["task", "seed"], "must be the column that names the task of each row"],
])("of outcomes by example %s is refused", async (_, suite, message) => {
  const { text } = byExample();
  const some = suite.length === 1 && suite[0] === "task" ? text.replaceAll(/\b(gsm|hella)\b/g, "arc") : text;
  const unique = some
    .split("\n")
    .map((line, i) => (i === 0 ? line : line.replace(/,(\d+),(\d)$/, `,${i % 140},$2`)));
  await expect(outcomesOf(unique.join("\n"), { suite })).rejects.toThrow(message);
});
