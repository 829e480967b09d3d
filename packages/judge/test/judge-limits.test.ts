// Judges that hang, each of which takes its limit of time.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { type Answer, judgeAnswers } from "../src/index.ts";
import { openJudgeFile, openScorer } from "../src/node.ts";

const written = (text: string): string => {
  const path = join(temporaryFolder(), "judge.mjs");
  writeFileSync(path, text);
  return path;
};
const limits = {
  openJudge: (path: string) => openJudgeFile(path, { limitSeconds: 1 }),
  openScorer: (metric: string) => openScorer(metric, { limitSeconds: 1 }),
};
const rows: Answer[] = ["yes", "no"].map((answer, i) => ({ example: `e${i}`, prompt: "", answer }));

test.each([
  ["busy", "export default (_, answer) => { while (answer === 'no'); return 1; };"],
  ["waiting", "export default (_, answer) => answer === 'no' ? new Promise(() => {}) : 1;"],
])("a judge that hangs (%s) is ended at the limit", async (_, text) => {
  const path = written(text);
  await expect(judgeAnswers(rows, [`file:${path}`], limits)).rejects.toMatchObject({
    code: "E_JUDGE",
    message: `${path} must return a number from 0 to 1, or null, for example e1, got no answer within 1 s`,
  });
});

test("a module that never ends is no judge, after ten seconds at least", async () => {
  await expect(openJudgeFile(written("for (;;);"), { limitSeconds: 1 })).rejects.toThrow(
    "must be a module whose default export is a function, got no answer within 10 s",
  );
});

test.each([
  ["regex:^(a+)+$", `${"a".repeat(60)}!`, ""],
  ["levenshtein", "ab".repeat(1_000_000), "ba".repeat(1_000_000)],
])("%s ends at the limit, with the example's name", async (metric, answer, reference) => {
  const judging = judgeAnswers([{ example: "e", prompt: "", answer, reference }], [metric], limits);
  await expect(judging).rejects.toMatchObject({
    code: "E_JUDGE",
    message: `${metric} must judge example e, got no answer within 1 s`,
  });
});
