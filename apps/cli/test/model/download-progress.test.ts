import { describe, expect, test } from "vitest";
import { downloadProgress } from "../../src/model/resolve.ts";

function setUp(live: boolean, columns = 80) {
  const seen = { text: "", now: Date.UTC(2026, 0, 2) };
  const write = (more: string): void => {
    seen.text += more;
  };
  const progress = downloadProgress({ columns, write }, { live, now: () => seen.now });
  const bytes = (done: number, file = "model.safetensors"): void =>
    progress.event({ kind: "bytes", file, bytes: done, totalBytes: 200_000_000 });
  return { progress, seen, bytes };
}

describe("in a log", () => {
  test("writes a line with its time, of the bytes one in five seconds, and nothing that moves", () => {
    const { progress, seen, bytes } = setUp(false);
    progress.event({ kind: "plan", repo: "org/name", files: 4, bytes: 200_001_000 });
    for (let second = 0; second <= 12; second++) {
      bytes(second * 10_000_000);
      seen.now += 1000;
    }
    progress.event({ kind: "file-done", file: "model.safetensors", totalBytes: 200_000_000 });
    progress.end();
    expect(seen.text.split("\n")).toEqual([
      "2026-01-02T00:00:00.000Z fetching 4 files of org/name, 200 MB",
      "2026-01-02T00:00:00.000Z model.safetensors: 0% of 200 MB",
      // 150 MB are left at 10 MB/s
      "2026-01-02T00:00:05.000Z model.safetensors: 25% of 200 MB, 10.0 MB/s, 15 s left",
      "2026-01-02T00:00:10.000Z model.safetensors: 50% of 200 MB, 10.0 MB/s, 10 s left",
      "2026-01-02T00:00:13.000Z fetched and checked 1 file, 200 MB",
      "",
    ]);
  });

  test("says what keeps it from getting on", () => {
    const { progress, seen } = setUp(false);
    progress.event({
      kind: "retry",
      what: "a.gguf",
      reason: "host cannot be reached: ECONNRESET",
      seconds: 4,
    });
    progress.event({ kind: "cache-used", repo: "org/name", reason: "host cannot be reached: ENOTFOUND" });
    progress.end();
    expect(seen.text.replaceAll("2026-01-02T00:00:00.000Z ", "")).toBe(
      "a.gguf: host cannot be reached: ECONNRESET; trying again in 4.0 s\n" +
        "org/name: host cannot be reached: ENOTFOUND; using the copy in the cache\n",
    );
  });
});

describe("on a terminal", () => {
  test("draws one line over itself, never wider than the terminal, and leaves it clear", () => {
    const { progress, seen, bytes } = setUp(true, 60);
    bytes(0);
    seen.now += 2000;
    bytes(100_000_000);
    progress.end();
    const [first, second, end] = seen.text.split("\r\u001b[K");
    expect(first).toBe("░░░░░░░░░░░░░░░░░░░░ model.safetensors: 0% of 200 MB");
    expect(second).toBe("██████████░░░░░░░░░░ model.safetensors: 50% of 200 MB, 50.0 M".slice(0, 59));
    expect(end).toBe("");
  });

  test("draws ten times a second at most", () => {
    const { seen, bytes } = setUp(true);
    for (let ms = 0; ms < 1000; ms++) {
      bytes(ms);
      seen.now++;
    }
    expect(seen.text.split("\r\u001b[K")).toHaveLength(10);
  });

  test("counts no speed for what an earlier run has left", () => {
    const { seen, bytes } = setUp(true, 200);
    bytes(150_000_000);
    seen.now += 2000;
    bytes(170_000_000);
    expect(seen.text).toContain("85% of 200 MB, 10.0 MB/s, 3.0 s left");
  });

  test("shows a file's name without what would steer the terminal", () => {
    const { seen, bytes } = setUp(true);
    bytes(1, "evil\u001b[2J.gguf");
    expect(seen.text).toContain("evil[2J.gguf: 0%");
  });

  test("a line that stays replaces the bar", () => {
    const { progress, seen, bytes } = setUp(true);
    bytes(0);
    progress.event({ kind: "cache-used", repo: "org/name", reason: "no network" });
    expect(seen.text.endsWith("\r\u001b[Korg/name: no network; using the copy in the cache\n")).toBe(true);
  });

  test("of a file without bytes is whole", () => {
    const { progress, seen } = setUp(true);
    progress.event({ kind: "bytes", file: "empty", bytes: 0, totalBytes: 0 });
    expect(seen.text).toContain("████████████████████ empty: 100% of 0 B");
  });
});
