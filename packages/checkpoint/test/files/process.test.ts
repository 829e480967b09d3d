import { existsSync, readFileSync } from "node:fs";
import { describe, expect, onTestFinished, test } from "vitest";
import { processState } from "../../src/disk.ts";
import { isDead, ownOwner } from "../../src/files/process.ts";
import { startProgram } from "../helpers/child.ts";

test("this process runs, and owns what has its mark", () => {
  expect(processState(process.pid).isRunning).toBe(true);
  expect(isDead(ownOwner)).toBe(false);
});

test("a process that has ended runs no longer, and owns nothing", async () => {
  const child = startProgram("sh", ["-c", "exit 0"]);
  await child.ended;
  expect(processState(child.process.pid!).isRunning).toBe(false);
  const [host] = ownOwner.split("-");
  expect(isDead(`${host}-${child.process.pid}-0`)).toBe(true);
  expect(isDead(`00000000-${child.process.pid}-0`)).toBe(false); // another host's, of which nothing is known
});

describe.runIf(existsSync("/proc/self/stat"))("on Linux", () => {
  test("a process that began at another moment is another process", () => {
    const { startTicks } = processState(process.pid);
    expect(processState(process.pid, startTicks).isRunning).toBe(true);
    expect(processState(process.pid, `${startTicks}1`).isRunning).toBe(false);
    expect(isDead(ownOwner.replace(/\d+$/, "1"))).toBe(true);
  });

  test("a process that has ended and that its parent never asks for runs no longer", async () => {
    // A shell might ask for its child; what it becomes, `sleep`, does not. Only then does the child's input end.
    const parent = startProgram("sh", ["-c", "exec 3<&0; cat <&3 & echo $!; exec sleep 600"]);
    onTestFinished(() => void parent.process.kill());
    await parent.printed("\n");
    const ofProcess = (pid: number, file: string): string => readFileSync(`/proc/${pid}/${file}`, "utf8");
    await expect.poll(() => ofProcess(parent.process.pid!, "comm")).toBe("sleep\n");
    const pid = Number(parent.output());
    expect(processState(pid).isRunning).toBe(true);
    parent.process.stdin!.end();
    await expect.poll(() => ofProcess(pid, "stat")).toMatch(/^\d+ \(cat\) Z /);
    expect(processState(pid).isRunning).toBe(false);
  });
});
