import { expect, test } from "vitest";
import { type Answer, judgeAnswers } from "../src/index.ts";

const answer = (example: string, answer: string, more: Partial<Answer> = {}): Answer => ({
  ...{ example, prompt: `question ${example}`, answer, reference: "Paris" },
  ...more,
});
const rows = [
  answer("a", "Paris"),
  answer("b", "It is Paris, the"),
  answer("c", " \n"),
  answer("d", "The capital of", { finish: "length" }),
  answer("e", "Paris", { finish: "length" }),
];

test("several metrics judge each answer, and the summary tells empty and cut ones from wrong ones", async () => {
  const judged = await judgeAnswers(rows, ["equals", "not-contains", "levenshtein:14"]);
  expect(judged.answers.map(({ values }) => Object.values(values))).toEqual([
    [1, 0, 1],
    [0, 0, 1],
    [0, 1, 1],
    [0, 1, 1],
    [1, 0, 1],
  ]);
  expect(judged).toMatchObject({ empty: 1, cut: 2 });
  expect(judged.metrics).toEqual([
    { metric: "equals", mean: 2 / 5, judged: 5, leftOut: 0, cutBelowOne: 1 },
    { metric: "not-contains", mean: 2 / 5, judged: 5, leftOut: 0, cutBelowOne: 1 },
    { metric: "levenshtein:14", mean: 1, judged: 5, leftOut: 0, cutBelowOne: 0 },
  ]);
});

test("a metric without need of a reference takes rows that have none", async () => {
  const { metrics } = await judgeAnswers(
    [answer("a", "[1]", { reference: undefined })],
    ["is-json", "regex:\\d"],
  );
  expect(metrics.map(({ mean }) => mean)).toEqual([1, 1]);
});

test("references that a metric needs are told by metric and example, all at once", async () => {
  const bad = [
    answer("a", "x", { reference: undefined }),
    answer("b", "x", { reference: "" }),
    answer("b", "x", { reference: null }),
    answer("c", "x", { reference: { city: "Paris" } }),
  ];
  await expect(judgeAnswers(bad, ["equals", "contains", "levenshtein"])).rejects.toMatchObject({
    code: "E_ANSWERS",
    message: [
      "example must be another one in each row, got example b twice",
      "reference must be a text or a JSON value for equals, got none in examples a, b",
      "reference must be a text that is not empty for contains, got none in examples a, b, b, c",
      "reference must be a text for levenshtein, got none in examples a, b, c",
    ].join("\n"),
  });
  const many = Array.from({ length: 9 }, (_, i) => answer(`${i}`, "x", { reference: "" }));
  await expect(judgeAnswers(many, ["starts-with"])).rejects.toThrow(
    'got "" in examples 0, 1, 2, 3, 4, 5 and 3 more',
  );
  await expect(judgeAnswers([], ["equals"])).rejects.toThrow("answers must be at least one, got none");
});

test("a judge of one's own gets each answer, may leave examples out, and is closed", async () => {
  let closed = 0;
  const seen: string[] = [];
  const done: string[] = [];
  const openJudge = async (path: string) => ({
    judge: async ({ prompt, answer, reference }: Answer) => {
      seen.push(`${path} ${prompt} ${answer.trim()} ${reference}`);
      return answer.trim() === "" ? null : answer.length / 128;
    },
    close: async () => void closed++,
  });
  const onJudged = (count: number, total: number) => done.push(`${count}/${total}`);
  const judged = await judgeAnswers(rows.slice(1, 4), ["file:j.js", "not-file:j.js"], {
    openJudge,
    onJudged,
  });
  expect(judged.answers).toEqual([
    { example: "b", values: { "file:j.js": 0.125, "not-file:j.js": 0.875 } },
    {
      example: "c",
      values: { "file:j.js": null, "not-file:j.js": null },
      reasons: { "file:j.js": "the judge left it out", "not-file:j.js": "the judge left it out" },
    },
    { example: "d", values: { "file:j.js": 0.109375, "not-file:j.js": 0.890625 } },
  ]);
  expect(judged.metrics[0]).toEqual({
    metric: "file:j.js",
    mean: 0.1171875,
    judged: 2,
    leftOut: 1,
    cutBelowOne: 1,
  });
  expect([seen[0], closed, done]).toEqual([
    "j.js question b It is Paris, the Paris",
    2,
    ["1/3", "2/3", "3/3"],
  ]);
});

test("the mean of nothing but examples that were left out is null", async () => {
  const openJudge = async () => ({ judge: async () => null, close: async () => {} });
  const { metrics } = await judgeAnswers([rows[0]!], ["file:j.js"], { openJudge });
  expect(metrics).toEqual([{ metric: "file:j.js", mean: null, judged: 0, leftOut: 1, cutBelowOne: 0 }]);
});

test.each([
  [7, "7"],
  [-0.1, "-0.1"],
  [Number.NaN, "NaN"],
  ["1", '"1"'],
  [true, "true"],
  [undefined, "undefined"],
])("a judge that returns %j is refused with file, example and value, and closed", async (value, got) => {
  let closed = 0;
  const openJudge = async () => ({ judge: async () => value, close: async () => void closed++ });
  await expect(judgeAnswers(rows, ["file:j.js"], { openJudge })).rejects.toMatchObject({
    code: "E_JUDGE",
    message: `j.js must return a number from 0 to 1, or null, for example a, got ${got}`,
  });
  expect(closed).toBe(1);
});

test("a file is refused where nothing opens it", async () => {
  await expect(judgeAnswers(rows, ["file:j.js"])).rejects.toMatchObject({
    code: "E_METRIC",
    message: "metric must not be a file where no openJudge opens it, got file:j.js",
  });
});
