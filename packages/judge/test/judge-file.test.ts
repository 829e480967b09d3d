import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { type Answer, judgeAnswers } from "../src/index.ts";
import { openJudgeFile, openScorer } from "../src/node.ts";

const written = (name: string, text: string): string => {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
};

const rows: Answer[] = ["yes", "no", ""].map((answer, i) => ({
  ...{ example: `e${i}`, prompt: "Is it?", answer, reference: "yes" },
}));

/** The values of {@link rows} by the judge in a file. */
async function valuesBy(path: string): Promise<unknown[]> {
  const { answers } = await judgeAnswers(rows, [`file:${path}`], { openJudge: openJudgeFile });
  return answers.map(({ values }) => values[`file:${path}`]);
}

const body = "answer === '' ? null : prompt === 'Is it?' && answer === reference ? 1 : 0.25";
test.each([
  ["plain.mjs", `export default (prompt, answer, reference) => ${body};`],
  ["promise.mjs", `export default async (prompt, answer, reference) => ${body};`],
  ["common.cjs", `module.exports = (prompt, answer, reference) => ${body};`],
  ["compiled.cjs", `exports.__esModule = true; exports.default = (prompt, answer, reference) => ${body};`],
])("%s is a judge", async (name, text) => {
  expect(await valuesBy(written(name, text))).toEqual([1, 0.25, null]);
});

test("a judge keeps what it remembers from one answer to the next", async () => {
  const path = written("counts.mjs", "let n = 0; export default () => n++ / 10;");
  expect(await valuesBy(path)).toEqual([0, 0.1, 0.2]);
});

test("messages that a judge posts itself are no answers", async () => {
  const path = written(
    "posts.mjs",
    `import { parentPort } from "node:worker_threads";
    parentPort.postMessage({ value: 1 });
    let n = 0;
    export default () => {
      for (const message of [{ value: 1 }, null, "1", { number: 0, value: 1 }]) parentPort.postMessage(message);
      return n++ / 10;
    };`,
  );
  expect(await valuesBy(path)).toEqual([0, 0.1, 0.2]);
});

test("all that a judge prints goes to standard error", async () => {
  const printed: string[] = [];
  const write = vi
    .spyOn(process.stderr, "write")
    .mockImplementation((text) => printed.push(String(text)) > 0);
  try {
    await valuesBy(
      written("prints.mjs", 'export default (_, answer) => { console.log("saw", answer); return 1; };'),
    );
    await vi.waitFor(() => expect(printed.join("")).toBe("saw yes\nsaw no\nsaw \n"));
  } finally {
    write.mockRestore();
  }
});

describe("a judge that does not do its part ends with file, example and value:", () => {
  test.each([
    ["seven", "export default () => 7;", "got 7"],
    ["text", "export default () => '0.5';", "got '0.5'"],
    ["nothing", "export default () => {};", "got undefined"],
    ["function", "export default () => () => 1;", "got [Function (anonymous)]"],
    [
      "throws",
      "export default () => { throw new TypeError('no such member'); };",
      "got the error no such member",
    ],
    ["rejects", "export default async () => { throw 'tired'; };", "got the error tired"],
    ["exits", "export default () => process.exit(3);", "got the end of its thread with code 3"],
    [
      "later",
      "export default () => new Promise(() => setTimeout(() => { throw new Error('too late'); }, 1));",
      "got the error too late",
    ],
  ])("%s", async (name, text, got) => {
    const path = written(`${name}.mjs`, text);
    await expect(valuesBy(path)).rejects.toMatchObject({
      code: "E_JUDGE",
      message: `${path} must return a number from 0 to 1, or null, for example e0, ${got}`,
    });
  });
});

test.each([
  ["constant.mjs", "export default 1;", "1"],
  ["empty.mjs", "", "undefined"],
  ["broken.mjs", "export default (", "the error Unexpected end of input"],
  ["throwing.mjs", "throw new Error('no key');", "the error no key"],
])("%s is no judge", async (name, text, got) => {
  const path = written(name, text);
  const refused = openJudgeFile(path);
  await expect(refused).rejects.toMatchObject({ code: "E_JUDGE" });
  await expect(refused).rejects.toThrow(
    `${path} must be a module whose default export is a function, got ${got}`,
  );
});

test("a file that is not there is named", async () => {
  const path = join(temporaryFolder(), "absent.js");
  await expect(openJudgeFile(path)).rejects.toThrow(`got the error Cannot find module '${path}'`);
});

test("TypeScript is read where Node can, and else the error says which Node can", async () => {
  const path = written(
    "typed.ts",
    "export default (_: string, answer: string): number => answer.length / 10;",
  );
  if ((process.features as { typescript?: unknown }).typescript)
    expect(await valuesBy(path)).toEqual([0.3, 0.2, 0]);
  else
    await expect(valuesBy(path)).rejects.toThrow(
      /got the error Unknown file extension ".ts".*\nNode 22.18 and newer/,
    );
});

test("metrics without a bound on their time have the same values in their thread as outside", async () => {
  const answers: Answer[] = ["yes", "yess", "no", "", "yes\n: maybe"].map((answer, i) => ({
    ...{ example: `e${i}`, prompt: "", answer, reference: i === 2 ? 7 : "yes" },
  }));
  const metrics = ["regex:^y.s$", "not-regex:s+:", "levenshtein", "levenshtein:1", "not-levenshtein:2.5"];
  const there = await judgeAnswers(answers, metrics, { openScorer });
  expect(there).toEqual(await judgeAnswers(answers, metrics));
  expect(there.metrics.map(({ judged }) => judged)).toEqual([5, 5, 5, 5, 5]);
});
