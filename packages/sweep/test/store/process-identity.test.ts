import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { identityOf, isRunning, ownIdentity } from "../../src/store/process-identity.ts";
import { until } from "../helpers/sweep-process.ts";

test("this process runs, one that has ended does not, and one on another host cannot be asked", () => {
  expect(isRunning(ownIdentity())).toBe(true);
  const { pid } = spawnSync("true");
  expect(isRunning(identityOf(pid))).toBe(false);
  expect(isRunning({ ...ownIdentity(), host: "another" })).toBeUndefined();
});

test.runIf(existsSync("/proc/self/stat"))(
  "one that was killed and that nobody waits for has ended",
  async () => {
    // The shell is stopped, so that it never asks how its child ended.
    const shell = spawn("sh", ["-c", "sleep 60 & echo $!; kill -STOP $$"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const pid = await new Promise<number>((done) => shell.stdout.once("data", (text) => done(Number(text))));
    const child = identityOf(pid);
    expect(isRunning(child)).toBe(true);
    process.kill(pid, "SIGKILL");
    await until(() => isRunning(child) === false, "it counts as ended");
    shell.kill("SIGKILL");
  },
);
