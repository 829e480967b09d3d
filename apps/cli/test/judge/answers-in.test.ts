import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { answersIn } from "../../src/commands/judge/judge.ts";

test("a folder is refused, with the pattern of its files", async () => {
  const folder = temporaryFolder();
  for (const name of ["r4-s1.csv", "r8-s1.csv"]) writeFileSync(join(folder, name), "");
  await expect(answersIn({ path: folder }, {})).rejects.toMatchObject({
    code: "E_ANSWERS",
    message: expect.stringMatching(
      /^answers must be a file, got the folder .*\n.*r\{rank\}-s\{seed\}\.csv'$/,
    ),
  });
});
