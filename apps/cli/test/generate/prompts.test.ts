import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { readPrompts } from "../../src/commands/generate/generate.ts";

function promptsOf(row: object) {
  const folder = temporaryFolder();
  const prompts = join(folder, "prompts.jsonl");
  writeFileSync(prompts, `${JSON.stringify(row)}\n`);
  return readPrompts(undefined, { prompts });
}

test("a file of prompts may say of each its id, part and group, and its name in files of answers", async () => {
  const row = { id: "7", example: "a", Split: "test", group: "g", prompt: "What is a rank?" };
  await expect(promptsOf(row)).resolves.toEqual([{ id: "1", prompt: "What is a rank?" }]);
});

test("with any other column it must have responses", async () => {
  const row = { prompt: "What is a rank?", note: "easy" };
  await expect(promptsOf(row)).rejects.toMatchObject({ code: "E_DATA" });
  await expect(promptsOf({ ...row, response: "A number." })).resolves.toMatchObject([
    { prompt: expect.anything(), reference: "A number." },
  ]);
});
