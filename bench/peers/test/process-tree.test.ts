import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runWatched, type Usage } from "../driver/process-tree.ts";

const MEBIBYTES = 200;
/** Samples after which a program may end although it was not seen as it should be. */
const MOST_SAMPLES = 2_000;

const linux = existsSync("/proc/self/statm");
if (!linux) console.log("skipped: memory of a process tree is read from /proc, which this system has not");

describe.skipIf(!linux)("runWatched", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "lorank-process-tree-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const file = (name: string) => join(folder, name);
  /** Program that stays for 0.4 s and until it was seen, however busy the machine is. */
  const stay = () => `setTimeout(() => setInterval(() => {
    if (require("node:fs").existsSync(${JSON.stringify(file("seen"))})) process.exit();
  }, 20), 400);`;
  /** Program that holds memory; `Buffer.alloc` with a fill touches every page. */
  const hold = () =>
    `globalThis.block = Buffer.alloc(${MEBIBYTES} * 2 ** 20, 1); console.log(block.length); ${stay()}`;

  /** Runs a program that stays until a sample `isSeen`. */
  function runUntil(program: string, isSeen: (usage: Usage) => boolean) {
    let samples = 0;
    return runWatched(process.execPath, ["-e", program], process.env, (usage) => {
      if (isSeen(usage) || ++samples > MOST_SAMPLES) writeFileSync(file("seen"), "");
    });
  }

  test("sees what the process itself holds, its output and its time", async () => {
    const { stdout, peakBytes, seconds } = await runUntil(
      hold(),
      ({ residentBytes }) => residentBytes > MEBIBYTES * 2 ** 20,
    );
    expect(stdout.trim()).toBe(String(MEBIBYTES * 2 ** 20));
    expect(peakBytes).toBeGreaterThan(MEBIBYTES * 2 ** 20);
    expect(peakBytes).toBeLessThan(2 * MEBIBYTES * 2 ** 20);
    expect(seconds).toBeGreaterThan(0.4);
  });

  test("adds up two children that hold memory at the same time", async () => {
    const parent = `const { spawn } = require("node:child_process");
      for (let i = 0; i < 2; i++) spawn(process.execPath, ["-e", ${JSON.stringify(hold())}], { stdio: "inherit" });`;
    const both = 2 * MEBIBYTES * 2 ** 20;
    const { peakBytes } = await runUntil(parent, ({ residentBytes }) => residentBytes > both);
    expect(peakBytes).toBeGreaterThan(both);
  });

  test("counts the CPU time of a child, also when it has ended", async () => {
    const print = `const { user, system } = process.cpuUsage(); console.log((user + system) / 1e6);`;
    const work = `for (;;) { const { user, system } = process.cpuUsage(); if (user + system > 1e6) break; } ${print}`;
    const parent = `const { execFileSync } = require("node:child_process");
      execFileSync(process.execPath, ["-e", ${JSON.stringify(work)}], { stdio: "inherit" }); ${print}
      require("node:fs").writeFileSync(${JSON.stringify(file("printed"))}, ""); ${stay()}`;
    let after = 0;
    // The first sample that finds the file may have been taken before it was there.
    const isAfter = () => existsSync(file("printed")) && ++after > 1;
    const { cpuSeconds, stdout } = await runUntil(parent, isAfter);
    const own = stdout.trim().split("\n").map(Number); // of the child and of its parent, shortly before each ends
    const sum = own[0]! + own[1]!;
    expect(own[0]).toBeGreaterThan(1);
    expect(cpuSeconds).toBeGreaterThan(0.95 * sum);
    expect(cpuSeconds).toBeLessThan(1.5 * sum);
  });

  test("fails when the program does", async () => {
    await expect(runWatched(process.execPath, ["-e", "process.exit(3)"], process.env)).rejects.toThrow(
      "ended with 3",
    );
  });
});
