import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { differenceAdvice } from "../../src/readers/differing-rows.ts";
import { temporaryFolder } from "../helpers/files.ts";

function tableOf(...rows: readonly string[]): string {
  const file = join(temporaryFolder(), "outcomes.csv");
  writeFileSync(file, `rank,seed,example,correct,targets,time\n${rows.join("\n")}\n`);
  return file;
}

test("two lines of one example name the setting in which they differ, and the flags that choose", async () => {
  const file = tableOf("4,1,a,1,q_proj,12:00", "4,1,b,1,q_proj,12:01", "4,1,a,0,all,12:02");
  expect(await differenceAdvice(file, [2, 4])).toBe(
    "Lines 2 and 4 differ in targets (q_proj and all). Choose by --where targets=q_proj, or take means by --average-over targets.",
  );
});

test("lines that differ in no setting, and a pipe, give no advice", async () => {
  expect(await differenceAdvice(tableOf("4,1,a,1,q,1", "4,1,a,0,q,1"), [2, 3])).toBeUndefined();
  expect(await differenceAdvice("-", [2, 3])).toBeUndefined();
});
