import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { watchCancel } from "../../src/executor/watch-cancel.ts";
import { requestCancel } from "../../src/store/cancel-file.ts";
import { temporaryFolder } from "../helpers/example.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const look = () => void vi.advanceTimersByTime(1_000);

test("a run that is asked to end is stopped at the next look, and nothing is killed", () => {
  const out = temporaryFolder();
  const kill = new AbortController();
  const { signals } = watchCancel(out, { kill: kill.signal });
  requestCancel(out, "all");
  expect(signals.stop!.aborted).toBe(false);
  look();
  expect(signals.stop!.aborted).toBe(true);
  expect(signals.kill).toBe(kill.signal);
  expect(kill.signal.aborted).toBe(false);
});

test("the signals of before still stop it", () => {
  const stop = new AbortController();
  const { signals } = watchCancel(temporaryFolder(), { stop: stop.signal });
  stop.abort();
  expect(signals.stop!.aborted).toBe(true);
});

test("what was asked of an earlier run is forgotten", () => {
  const out = temporaryFolder();
  requestCancel(out, ["a"]);
  requestCancel(out, "all");
  const { signals } = watchCancel(out, {});
  look();
  expect(signals.stop!.aborted).toBe(false);
  expect(signals.leftOut!.has("a")).toBe(false);
});

test("tells of trials to leave out when they become more, and only then", () => {
  const out = temporaryFolder();
  const { signals } = watchCancel(out, {});
  const leftOut = signals.leftOut!;
  const heard: string[] = [];
  const forget = leftOut.onChange(() => heard.push(["a", "b", "c"].filter((id) => leftOut.has(id)).join()));
  look();
  requestCancel(out, ["b"]);
  look();
  look();
  requestCancel(out, ["a"]);
  look();
  expect(heard).toEqual(["b", "a,b"]);
  forget();
  requestCancel(out, ["c"]);
  look();
  expect(heard).toHaveLength(2);
  expect(leftOut.has("c")).toBe(true);
  expect(signals.stop!.aborted).toBe(false);
});

test("once released it looks no more", () => {
  const out = temporaryFolder();
  const { signals, release } = watchCancel(out, {});
  release();
  requestCancel(out, "all");
  look();
  expect(signals.stop!.aborted).toBe(false);
});
