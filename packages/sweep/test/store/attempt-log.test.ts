import {
  appendFileSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { AttemptLog, logEnd, readAttemptState } from "../../src/store/attempt-log.ts";
import { temporaryFolder } from "../helpers/example.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

const step = (number: number) =>
  ({ kind: "step", step: number, steps: 1000, loss: 1 / number, learningRate: 0.001 }) as const;

function openLog() {
  const folder = temporaryFolder();
  return {
    folder,
    file: join(folder, "log.jsonl"),
    log: new AttemptLog(folder, { threads: 2, device: "cpu" }),
  };
}

test("says who runs the attempt, how far it is, and how it ended, however long the log is", () => {
  const { folder, file, log } = openLog();
  expect(readAttemptState(folder)).toMatchObject({
    start: { pid: process.pid, host: hostname(), threads: 2, device: "cpu" },
  });
  for (let number = 1; number <= 1000; number++) log.event(step(number));
  log.event({ kind: "evaluating", done: 3, total: 9 });
  expect(readFileSync(file).length).toBeGreaterThan(100_000);
  const running = readAttemptState(folder)!;
  expect(running).toMatchObject({
    start: { pid: process.pid },
    event: { kind: "evaluating", done: 3 },
    step: { step: 1000, loss: 0.001 },
  });
  expect(running.end).toBeUndefined();
  log.end({ kind: "committed", place: "first", status: "completed" });
  log.end({ kind: "ended", reason: "too late" });
  expect(readAttemptState(folder)!.end).toMatchObject({ kind: "committed", status: "completed" });
});

test("renews the file's time every ten seconds until it is closed", () => {
  const { folder, file, log } = openLog();
  const longAgo = new Date(1_000_000);
  utimesSync(file, longAgo, longAgo);
  vi.advanceTimersByTime(9_000);
  expect(readAttemptState(folder)!.heardAt).toBe(1_000_000);
  vi.advanceTimersByTime(2_000);
  expect(readAttemptState(folder)!.heardAt).toBeGreaterThan(1_000_000);
  log.end({ kind: "ended", reason: "interrupted", interrupted: true });
  utimesSync(file, longAgo, longAgo);
  vi.advanceTimersByTime(60_000);
  expect(readAttemptState(folder)!.heardAt).toBe(1_000_000);
});

test("the end of a killed process is written by another one, after its cut line, and never twice", () => {
  const { folder, file, log } = openLog();
  log.event(step(1));
  log.event(step(2));
  truncateSync(file, readFileSync(file).length - 20);
  logEnd(folder, { kind: "ended", reason: "was killed by SIGKILL" });
  logEnd(folder, { kind: "ended", reason: "again" });
  const state = readAttemptState(folder)!;
  expect(state.end).toMatchObject({ reason: "was killed by SIGKILL" });
  expect(state.step).toMatchObject({ step: 1 });
});

test("an attempt whose process never started has an end alone, and one without a log nothing", () => {
  const folder = temporaryFolder();
  expect(readAttemptState(folder)).toBeUndefined();
  logEnd(folder, { kind: "ended", reason: "did not start" });
  expect(readAttemptState(folder)).toMatchObject({ end: { reason: "did not start" } });
  expect(readAttemptState(folder)!.start).toBeUndefined();
});

test("what is no line of a log is passed over", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "log.jsonl"), 'null\n7\n{"kind":3}\nnot JSON\n');
  expect(Object.keys(readAttemptState(folder)!)).toEqual(["heardAt"]);
  appendFileSync(join(folder, "log.jsonl"), `${JSON.stringify(step(4))}\n`);
  expect(readAttemptState(folder)!.step).toMatchObject({ step: 4 });
});

test("a task of Slurm says where it runs", () => {
  vi.stubEnv("SLURM_JOB_ID", "71");
  expect(readAttemptState(openLog().folder)!.start!.where).toBe("71");
  vi.stubEnv("SLURM_ARRAY_JOB_ID", "70");
  vi.stubEnv("SLURM_ARRAY_TASK_ID", "4");
  expect(readAttemptState(openLog().folder)!.start!.where).toBe("70_4");
});

test.runIf(process.platform === "linux")("on a full disk names the log, and says how much is free", () => {
  const { file, log } = openLog();
  rmSync(file);
  symlinkSync("/dev/full", file);
  expect(() => log.event(step(1))).toThrow(
    new RegExp(
      `^${file} could not be written: ENOSPC: no space left on device, write \\(1\\d\\d B to write, `,
    ),
  );
});
