import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { describeEnd, lastLines, outOfMemoryKills } from "../../src/executor/describe-exit.ts";
import { temporaryFolder } from "../helpers/example.ts";

function outputFile(text: string): string {
  const file = join(temporaryFolder(), "output.txt");
  writeFileSync(file, text);
  return file;
}

test("gives the exit code and the last twelve lines", () => {
  const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`);
  const described = describeEnd({ code: 1, signal: null }, outputFile(`${lines.join("\n")}\n`));
  expect(described).toBe(
    `the trial's process exited with code 1; it last printed:\n${lines.slice(8).join("\n")}`,
  );
});

test("says nothing of output where there was none", () => {
  expect(describeEnd({ code: null, signal: "SIGSEGV" }, outputFile(""))).toBe(
    "the trial's process was killed by SIGSEGV",
  );
});

test("recognises V8 running out of heap", () => {
  const output = outputFile(
    "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n",
  );
  expect(describeEnd({ code: null, signal: "SIGABRT" }, output)).toContain(
    "was killed by SIGABRT (out of memory: V8 heap);",
  );
  expect(describeEnd({ code: 134, signal: null }, output)).toContain(
    "exited with code 134 (out of memory: V8 heap);",
  );
});

test("blames memory for a SIGKILL only when the kernel counted one", () => {
  const output = outputFile("");
  expect(describeEnd({ code: null, signal: "SIGKILL", outOfMemoryKills: 1 }, output)).toBe(
    "the trial's process was killed by SIGKILL (out of memory: killed by the kernel)",
  );
  expect(describeEnd({ code: null, signal: "SIGKILL", outOfMemoryKills: 0 }, output)).toBe(
    "the trial's process was killed by SIGKILL",
  );
});

test("says why a process did not start", () => {
  expect(describeEnd({ code: null, signal: null, startError: "spawn EAGAIN" }, "/nowhere")).toBe(
    "the trial's process did not start: spawn EAGAIN",
  );
});

test("keeps escape sequences and bidirectional overrides away from the terminal", () => {
  expect(lastLines("\u001b[31mred\u001b[0m \u0007bell\r \u202eevil\u202c\tend\n")).toBe("red bell evil\tend");
});

test("leaves out V8's native frames, which come after the reason", () => {
  const frames = Array.from(
    { length: 30 },
    (_, index) => ` ${index + 1}: 0xb9c1f0 node::Abort() [/usr/bin/node]`,
  );
  const output = ["FATAL ERROR: heap out of memory", "----- Native stack trace -----", "", ...frames].join(
    "\n",
  );
  expect(lastLines(output)).toBe("FATAL ERROR: heap out of memory\n----- Native stack trace -----");
});

test("leaves out an error's stack, which would push its message out", () => {
  const frames = Array.from(
    { length: 14 },
    (_, index) => `    at step${index} (file:///a/worker.ts:${index}:1)`,
  );
  const output = [
    "Error: ENOSPC: no space left on device, write",
    ...frames,
    "    at async Promise.all (index 0)",
    "    at Array.map (<anonymous>)",
    "    at async file:///a/worker.ts:7:3 {",
    "  code: 'ENOSPC'",
    "}",
    "",
    "Node.js v20.20.2",
  ].join("\n");
  expect(lastLines(output)).toBe(
    "Error: ENOSPC: no space left on device, write\n  code: 'ENOSPC'\n}\n\nNode.js v20.20.2",
  );
  expect(lastLines("  at 12:30:05 the loss was 1.2\nlooking at file.txt:3:4")).toContain("12:30:05");
});

test("reads only the end of a huge output", () => {
  const described = describeEnd({ code: 1, signal: null }, outputFile(`${"x".repeat(1_000_000)}\nthe end`));
  expect(described.length).toBeLessThanOrEqual(16_384 + 100);
  expect(described.endsWith("\nthe end")).toBe(true);
});

test("reads the kernel's count, and takes a missing file for no count", () => {
  expect(outOfMemoryKills(outputFile("low 0\nhigh 2\nmax 7\noom 3\noom_kill 4\noom_group_kill 0\n"))).toBe(4);
  expect(outOfMemoryKills("/nowhere/memory.events")).toBeUndefined();
});

test("of a progress bar only its last state is quoted", () => {
  const bar = Array.from({ length: 200 }, (_, step) => `\r${step}%|####| ${step}/200`).join("");
  expect(lastLines(`loading\r\n${bar}\nCUDA error\r\n`)).toBe("loading\n199%|####| 199/200\nCUDA error");
});
