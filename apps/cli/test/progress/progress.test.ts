import { metricOf } from "@lorank/evidence/results";
import type { ProgressEvent, SweepTrialEvent } from "@lorank/sweep";
import { describe, expect, test } from "vitest";
import { decidingMetric } from "../../src/progress/deciding-metric.ts";
import { liveProgress, plainProgress } from "../../src/progress/sweep-progress.ts";
import { runningEstimate, Tally } from "../../src/progress/tally.ts";

const by = { metric: metricOf("accuracy"), noun: "accuracy" };
const byLoss = { metric: metricOf("log-loss"), noun: "log loss" };
const at = { trialId: "t1", rank: 4, seed: 1, done: 0, total: 4 };
const started: SweepTrialEvent = { ...at, kind: "trial-started", attempt: 1 };
const step = (n: number): SweepTrialEvent => ({
  ...at,
  kind: "trial-progress",
  event: { kind: "step", step: n, steps: 40, loss: 0.5, learningRate: 1e-3 },
});
const finished: SweepTrialEvent = {
  ...at,
  kind: "trial-finished",
  status: "completed",
  accuracy: 0.9,
  logLoss: 0.3,
  seconds: 12,
  done: 1,
  secondsEstimateLeft: 90,
};

test("what is said goes over the table from its first column on, wherever a key was shown", () => {
  const parts: string[] = [];
  const progress = liveProgress(
    { columns: 80, write: (text) => parts.push(text) },
    { ranks: [4], seeds: 1, by },
  );
  progress.report(started);
  progress.say("Stopping");
  progress.end();
  const said = parts.find((part) => part.includes("Stopping"));
  // A terminal shows ^C of Ctrl-C, which leaves the cursor in the third column: "ra" of "rank" would stay.
  expect(said).toBe("\r\u001b[4A\u001b[JStopping\n");
});

describe("an evaluation on the way", () => {
  const scores = { accuracy: 0.875, logLoss: 0.25 };
  const point: SweepTrialEvent = {
    ...at,
    kind: "trial-progress",
    event: { kind: "point", step: 20, steps: 40, ...scores },
  };

  test("is a line of the log each time, by the metric that decides", () => {
    const lines = [by, byLoss].map((one) => {
      const parts: string[] = [];
      const progress = plainProgress({ columns: 80, write: (text) => parts.push(text) }, one, () => 0);
      for (const event of [step(19), step(20), point]) progress.report(event);
      return parts.map((part) => part.replace(/^\S+ /, "").trimEnd());
    });
    expect(lines[0]).toEqual([
      "rank 4, seed 1: step 19 of 40, loss 0.5000",
      "rank 4, seed 1: evaluated at step 20 of 40, accuracy 0.8750",
    ]);
    expect(lines[1]![1]).toBe("rank 4, seed 1: evaluated at step 20 of 40, log loss 0.2500");
  });

  test("stays beside the steps in the table", () => {
    const tally = new Tally([4], by.metric);
    for (const event of [started, step(20), point, step(21)]) tally.add(event);
    expect([...tally.ranks[0]!.running.values()]).toEqual([
      { seed: 1, doing: "step 21 of 40, loss 0.500", share: 0.525, score: 0.875 },
    ]);
    const parts: string[] = [];
    const progress = liveProgress(
      { columns: 120, write: (text) => parts.push(text) },
      { ranks: [4], seeds: 1, by },
    );
    for (const event of [started, point, step(21)]) progress.report(event);
    progress.say("now");
    progress.end();
    expect(parts.join("")).toContain("step 21 of 40, loss 0.500, accuracy 0.875");
  });
});

describe("runningEstimate", () => {
  test("is the mean and its standard error over seeds", () => {
    // deviations ∓0.02 and 0: s = 0.02, s / √3 = 0.0115
    expect(runningEstimate([0.92, 0.94, 0.96])).toBe("0.940 ± 0.012");
  });
  test("states no error for one seed", () => {
    expect(runningEstimate([0.92])).toBe("0.920");
  });
});

describe("Tally", () => {
  test("counts trials that were done before this run, diverged ones apart", () => {
    const tally = new Tally([4, 8], by.metric, [
      { rank: 8, score: 0.8 },
      { rank: 8, score: undefined },
    ]);
    expect(tally.ranks[1]).toMatchObject({ scores: [0.8], diverged: 1 });
  });
  test("says less time left as the clock goes on, and never less than none", () => {
    let now = 0;
    const tally = new Tally([4], by.metric, [], () => now);
    tally.add(finished);
    const left = [0, 30_000, 100_000].map((milliseconds) => {
      now = milliseconds;
      return tally.secondsLeft;
    });
    expect(left).toEqual([90, 60, 0]);
  });
  test("forgets a trial that has ended", () => {
    const tally = new Tally([4], by.metric);
    for (const event of [started, step(3)]) tally.add(event);
    expect([...tally.ranks[0]!.running.values()]).toEqual([
      { seed: 1, doing: "step 3 of 40, loss 0.500", share: 0.075 },
    ]);
    tally.add(finished);
    expect(tally.ranks[0]).toMatchObject({ scores: [0.9], running: new Map() });
  });
});

describe("a trial that goes on from a checkpoint", () => {
  const progress = (event: ProgressEvent): SweepTrialEvent => ({ ...at, kind: "trial-progress", event });
  const resumed = progress({ kind: "resumed", step: 2000, steps: 4000 });
  const note = progress({ kind: "note", text: "the checkpoint of step 2200 is not used: it is damaged" });
  const saved = progress({ kind: "checkpoint", step: 2200, steps: 4000, bytes: 1, seconds: 1 });

  test("says so in a line, whatever else was just said", () => {
    const lines: string[] = [];
    const sink = { write: (line: string) => void lines.push(line.slice(25)), columns: 80 };
    const { report } = plainProgress(sink, by, () => 0);
    for (const event of [note, resumed, step(3), saved, note]) report(event);
    const damaged = "rank 4, seed 1: the checkpoint of step 2200 is not used: it is damaged\n";
    expect(lines).toEqual([
      damaged,
      "rank 4, seed 1: goes on from step 2,000 of 4,000\n",
      "rank 4, seed 1: step 3 of 40, loss 0.5000\n",
      damaged,
    ]);
  });

  test("has its share done, and a checkpoint changes nothing of that", () => {
    const tally = new Tally([4], by.metric);
    for (const event of [started, note, resumed, saved]) tally.add(event);
    expect([...tally.ranks[0]!.running.values()]).toEqual([
      { seed: 1, doing: "goes on from step 2,000 of 4,000", share: 0.5 },
    ]);
  });
});

test("a test score is said, and counts for no rank's estimate", () => {
  const scored: SweepTrialEvent = { ...at, kind: "test-scored", accuracy: 0.9125, logLoss: 0.2 };
  const tally = new Tally([4], by.metric, [{ rank: 4, score: 0.8 }]);
  tally.add(scored);
  expect(tally.ranks[0]!.scores).toEqual([0.8]);
  const lines: string[] = [];
  plainProgress({ write: (line) => void lines.push(line), columns: 80 }, by).report(scored);
  expect(lines.join("")).toContain("rank 4, seed 1: on the test examples: accuracy 0.9125");
});

describe("plainProgress", () => {
  test("writes a line with its time for each event, few of the steps, and no carriage return", () => {
    let text = "";
    let now = Date.UTC(2026, 0, 2);
    const progress = plainProgress(
      {
        columns: 80,
        write: (more) => {
          text += more;
        },
      },
      by,
      () => now,
    );
    progress.report(started);
    for (let n = 1; n <= 40; n++) {
      now += 1000;
      progress.report(step(n));
    }
    progress.report(finished);
    const lines = text.trimEnd().split("\n");
    expect(lines[0]).toBe("2026-01-02T00:00:00.000Z rank 4, seed 1: started");
    expect(lines.filter((line) => line.includes("step"))).toHaveLength(3); // at 1, 16 and 31 s
    expect(lines.at(-1)).toContain("done in 12 s, accuracy 0.9000 (1 of 4, about 1:30 left)");
    progress.report({ ...finished, done: 3, secondsEstimateLeft: 0.02 });
    expect(text).toContain("(3 of 4, nearly done)");
    for (const control of ["\r", "\u001b"]) expect(text).not.toContain(control);
  });
});

describe("liveProgress", () => {
  test("draws over itself, fits the width, and leaves nothing behind", () => {
    let text = "";
    let now = 0;
    const sink = {
      columns: 60,
      write: (more: string) => {
        text += more;
      },
    };
    const progress = liveProgress(sink, { ranks: [4, 8], seeds: 2, by, now: () => now });
    progress.report(started);
    now += 200;
    progress.report(finished);
    const frames = text.split("\u001b[5A\u001b[J");
    expect(frames).toHaveLength(2);
    expect(frames[1]).toBe(
      "rank   seeds  accuracy so far\n   4  1 of 2            0.900\n   8  0 of 2                –\n\n" +
        "1 of 4 trials, 0.2 s so far, about 1:30 left\n",
    );
    for (const line of text.split("\n"))
      expect(line.replaceAll("\u001b[5A\u001b[J", "").length).toBeLessThan(60);
    text = "";
    progress.end();
    expect(text).toBe("\r\u001b[5A\u001b[J");
  });
});

describe("the metric that decides", () => {
  const linesBy = (metric: typeof by) => {
    const lines: string[] = [];
    const { report } = plainProgress(
      { write: (line) => void lines.push(line.slice(25)), columns: 80 },
      metric,
    );
    report({ kind: "base-evaluated", accuracy: 0.25, logLoss: 2 });
    report(finished);
    report({ ...at, kind: "truncations-evaluated", truncations: [{ rank: 2, accuracy: 0.5, logLoss: 0.7 }] });
    report({ ...at, kind: "test-scored", accuracy: 0.9, logLoss: 0.4 });
    return lines.join("");
  };

  test("is the one that is shown, and named, in each line and in the table", () => {
    const lines = linesBy(byLoss);
    for (const words of [
      "untouched base: accuracy 0.2500, log loss 2.0000",
      "done in 12 s, log loss 0.3000",
      "rank 2: log loss 0.7000",
      "on the test examples: log loss 0.4000",
    ])
      expect(lines).toContain(words);
    expect(lines.match(/accuracy/g)).toHaveLength(1);
    let text = "";
    const sink = {
      columns: 60,
      write: (more: string) => {
        text += more;
      },
    };
    const progress = liveProgress(sink, { ranks: [4], seeds: 2, by: byLoss });
    progress.report(finished);
    progress.end();
    expect(text).toMatch(/log loss so far\n +4 {2}1 of 2 +0\.300/);
  });

  test("of generated answers has its own name, and their value is the accuracy", () => {
    const config = { answers: { metric: "rouge-l" } };
    const planned = { summary: { metric: "accuracy" }, config } as unknown as Parameters<
      typeof decidingMetric
    >[0];
    expect(linesBy(decidingMetric(planned))).toContain("done in 12 s, rouge-l 0.9000");
  });

  test("a trial that ran out of memory says so", () => {
    const lines: string[] = [];
    const { report } = plainProgress({ write: (line) => void lines.push(line), columns: 80 }, by);
    const { accuracy: _, logLoss: __, ...ended } = { ...finished, status: "out-of-memory" as const };
    report(ended as SweepTrialEvent);
    expect(lines.join("")).toContain("done in 12 s, ran out of memory");
  });
});
