import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { runWatched } from "../driver/process-tree.ts";

const MEBIBYTES = 200;

/** Holds that much memory until it has been there for a while; `Buffer.alloc` with a fill touches every page. */
const hold = `const held = Buffer.alloc(${MEBIBYTES} * 2 ** 20, 1); setTimeout(() => console.log(held.length), 400);`;

const linux = existsSync("/proc/self/statm");
if (!linux) console.log("skipped: memory of a process tree is read from /proc, which this system has not");

describe.skipIf(!linux)("runWatched", () => {
  test("sees what the process itself holds, its output and its time", async () => {
    const { stdout, peakBytes, seconds } = await runWatched(process.execPath, ["-e", hold], process.env);
    expect(stdout.trim()).toBe(String(MEBIBYTES * 2 ** 20));
    expect(peakBytes).toBeGreaterThan(MEBIBYTES * 2 ** 20);
    expect(peakBytes).toBeLessThan(2 * MEBIBYTES * 2 ** 20);
    expect(seconds).toBeGreaterThan(0.4);
  });

  test("adds up two children that hold memory at the same time", async () => {
    const parent = `const { spawn } = require("node:child_process");
      for (let i = 0; i < 2; i++) spawn(process.execPath, ["-e", ${JSON.stringify(hold)}], { stdio: "inherit" });`;
    const { peakBytes } = await runWatched(process.execPath, ["-e", parent], process.env);
    expect(peakBytes).toBeGreaterThan(2 * MEBIBYTES * 2 ** 20);
  });

  test("counts the CPU time of a child, also when it has ended", async () => {
    const print = `const { user, system } = process.cpuUsage(); console.log((user + system) / 1e6);`;
    const work = `for (;;) { const { user, system } = process.cpuUsage(); if (user + system > 1e6) break; } ${print}`;
    const parent = `const { execFileSync } = require("node:child_process");
      execFileSync(process.execPath, ["-e", ${JSON.stringify(work)}], { stdio: "inherit" }); ${print} setTimeout(() => {}, 400);`;
    const { cpuSeconds, stdout } = await runWatched(process.execPath, ["-e", parent], process.env);
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
