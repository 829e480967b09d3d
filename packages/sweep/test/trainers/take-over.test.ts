import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { identityOf, isRunning, ownIdentity } from "../../src/store/process-identity.ts";
import { type Attempt, SweepStore } from "../../src/store/store.ts";
import { takeOver } from "../../src/trainers/take-over.ts";
import { temporaryFolder } from "../helpers/example.ts";

const trialId = "a".repeat(64);
const gone = { host: hostname(), pid: 2 ** 22 + 1 }; // above the largest that Linux gives
const elsewhere = { host: "another", pid: 1 };
const ended = { kind: "ended", reason: "the command exited with code 1" };

/** An attempt with checkpoints whose log has these lines. */
function attemptOf(store: SweepStore, ...log: object[]): Attempt {
  const attempt = store.claimAttempt(trialId);
  mkdirSync(join(attempt.folder, "resume"));
  writeFileSync(join(attempt.folder, "resume", "state"), `of attempt ${attempt.number}`);
  const lines = log.map((line) => `${JSON.stringify({ time: "", ...line })}\n`);
  if (log.length > 0) writeFileSync(join(attempt.folder, "log.jsonl"), lines.join(""));
  return attempt;
}

const started = (process: object) => ({ kind: "started", ...process });

/** What the next attempt has to go on from. */
async function taken(store: SweepStore, mostMs = 0): Promise<string | undefined> {
  const attempt = store.claimAttempt(trialId);
  await takeOver(store, attempt, mostMs);
  const file = join(attempt.folder, "resume", "state");
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

test("the first attempt has nothing to go on from", async () => {
  expect(await taken(new SweepStore(temporaryFolder()))).toBeUndefined();
});

test("checkpoints of the last attempt that has some go on to the next, once", async () => {
  const store = new SweepStore(temporaryFolder());
  const [, second] = [attemptOf(store, started(gone)), attemptOf(store, started(gone))];
  store.claimAttempt(trialId);
  expect(await taken(store)).toBe("of attempt 2");
  expect(existsSync(join(second.folder, "resume"))).toBe(false);
});

test.each([
  ["said that it ended", [started(ownIdentity()), ended]],
  ["was of a process that is gone", [started(gone)]],
  ["was killed before it wrote a line", []],
])("they are taken from an attempt that %s", async (_, log) => {
  const store = new SweepStore(temporaryFolder());
  attemptOf(store, ...log);
  expect(await taken(store)).toBe("of attempt 1");
});

test.each([
  ["on this host", ownIdentity()],
  ["on another", elsewhere],
])("they stay with an attempt that runs %s", async (_, process) => {
  const store = new SweepStore(temporaryFolder());
  const { folder } = attemptOf(store, started(process));
  expect(await taken(store)).toBeUndefined();
  expect(existsSync(join(folder, "resume", "state"))).toBe(true);
});

test("an attempt on another host that was not heard of for a minute has ended", async () => {
  const store = new SweepStore(temporaryFolder());
  const { folder } = attemptOf(store, started(elsewhere));
  const before = new Date(Date.now() - 61_000);
  utimesSync(join(folder, "log.jsonl"), before, before);
  expect(await taken(store)).toBe("of attempt 1");
});

test("an attempt that is saving is waited for", async () => {
  const store = new SweepStore(temporaryFolder());
  const { folder } = attemptOf(store, started(ownIdentity()));
  const waiting = taken(store, 60_000);
  writeFileSync(join(folder, "resume", "state"), "saved at last");
  writeFileSync(join(folder, "log.jsonl"), `${JSON.stringify({ time: "", ...ended })}\n`, { flag: "a" });
  expect(await waiting).toBe("saved at last");
});

test("a command that a killed worker left running is ended first", async () => {
  const store = new SweepStore(temporaryFolder());
  const { folder } = attemptOf(store, started(gone));
  const child = spawn("sleep", ["60"], { detached: true });
  const exit = new Promise((resolve) => child.once("exit", (_, signal) => resolve(signal)));
  const left = { ...identityOf(child.pid!), watchedBy: gone };
  writeFileSync(join(folder, "process.json"), JSON.stringify(left));
  await taken(store);
  expect(await exit).toBe("SIGKILL");
  expect(isRunning(left)).toBe(false);
});
