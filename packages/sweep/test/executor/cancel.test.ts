import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  clearCancelRequest,
  readCancelRequest,
  requestCancel,
  watchCancel,
} from "../../src/executor/cancel.ts";
import { temporaryFolder } from "../helpers/example.ts";

describe("cancel.json", () => {
  test("requests add up, each trial once, until they are cleared", () => {
    const out = temporaryFolder();
    expect(readCancelRequest(out)).toEqual({ all: false, trials: [] });
    requestCancel(out, ["a", "b"]);
    requestCancel(out, ["b", "c"]);
    expect(readCancelRequest(out)).toEqual({ all: false, trials: ["a", "b", "c"] });
    requestCancel(out, "all");
    requestCancel(out, ["d"]);
    expect(readCancelRequest(out)).toEqual({ all: true, trials: ["a", "b", "c", "d"] });
    expect(readdirSync(out)).toEqual(["cancel.json"]);
    clearCancelRequest(out);
    clearCancelRequest(out);
    expect(readCancelRequest(out)).toEqual({ all: false, trials: [] });
  });

  test.each(["", "null", '{"all":', '{"all":"yes","trials":"a"}'])("%j asks nothing", (text) => {
    const out = temporaryFolder();
    writeFileSync(join(out, "cancel.json"), text);
    expect(readCancelRequest(out)).toEqual({ all: false, trials: [] });
  });

  test("what is no id among the trials is passed over", () => {
    const out = temporaryFolder();
    writeFileSync(join(out, "cancel.json"), '{"trials":[1,"a",null]}');
    expect(readCancelRequest(out)).toEqual({ all: false, trials: ["a"] });
  });
});

describe("watchCancel", () => {
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
});
