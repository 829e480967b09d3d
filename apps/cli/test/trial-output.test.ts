import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { TrialOutput } from "../src/commands/logs/logs.ts";

function outputOf(text: string | Buffer) {
  const file = join(temporaryFolder(), "output.txt");
  writeFileSync(file, text);
  return { file, output: new TrialOutput(file) };
}
const all = (output: TrialOutput) => [...output.more()].join("");

test("prints what was printed and then what is new, without control characters", () => {
  const { file, output } = outputOf("one\u001b[31m\r\n 10%\r 20%\n");
  expect(all(output)).toBe("one[31m\n 10%\n 20%\n");
  expect(all(output)).toBe("");
  appendFileSync(file, "more");
  expect(all(output)).toBe("more");
});

test("a letter that was written in two parts stays one", () => {
  const { file, output } = outputOf(Buffer.from("é").subarray(0, 1));
  expect(all(output)).toBe("");
  appendFileSync(file, Buffer.from("é").subarray(1));
  expect(all(output)).toBe("é");
});

test("the last lines of a long file, and then what is new", () => {
  const { file, output } = outputOf(Array.from({ length: 100_000 }, (_, i) => `line ${i}\n`).join(""));
  expect(output.last(2)).toBe("line 99998\nline 99999\n");
  appendFileSync(file, "cut");
  expect(all(output)).toBe("cut");
  expect(new TrialOutput(file).last(2)).toBe("line 99999\ncut");
  expect(outputOf("short").output.last(5)).toBe("short");
});

test("a process that printed nothing, or has no file, has no lines", () => {
  expect(outputOf("").output.last(3)).toBe("");
  const missing = new TrialOutput(join(temporaryFolder(), "output.txt"));
  expect([missing.last(3), all(missing)]).toEqual(["", ""]);
});
