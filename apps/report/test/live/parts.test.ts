import { describe, expect, test } from "vitest";
import { liveParts } from "../../src/index.ts";
import { liveRace, liveState } from "../fixtures/live-state.ts";
import { textOf } from "../fixtures/page.ts";

const text = (id: string, state = liveState()): string => textOf(liveParts(state)[id]!).trim();

describe("the parts of a sweep's page", () => {
  test("say how far it is", () => {
    expect(text("state")).toBe(
      "running: 4 of 9 trials done, 1 failed, about 3\u202fmin left".replace("\u202f", " "),
    );
    expect(text("title")).toBe("4/9 · reviews: Which of the ranks 2, 8 and 32 is enough?");
    expect(text("state", liveState({ phase: "preparing" }))).toBe(
      "preparing, or searching for its settings: no trials yet",
    );
    expect(text("state", liveState({ phase: "stopped" }))).toMatch(/^stopped: .*; nobody runs it$/);
    expect(text("time", liveState({ phase: "stopped" }))).toContain("To go on: lorank sweep --out out");
    expect(text("time", liveState())).not.toContain("To go on");
    expect(text("time")).toBe("1.1 min spent in trials, of about 4 min planned");
    const spent = (expected: number) => text("time", liveState({ trialSeconds: { spent: 65, expected } }));
    expect(spent(90)).toBe("65 s spent in trials, of about 90 s planned");
    expect(spent(9000)).toBe("65 s spent in trials, of about 2.5 h planned");
    expect(text("time", liveState({ trialSeconds: { spent: 3 } }))).toBe("3.0 s spent in trials so far");
  });

  test("have a word for each trial, and a curve for one that runs", () => {
    const names = ["r2-s1", "r2-s2", "r8-s2", "r32-s2", "r2-s3"];
    expect(names.map((name) => text(`cell-${name}`))).toEqual([
      "90.0%",
      "diverged",
      "step 12 of 40",
      "failed",
      "queued",
    ]);
    expect(text("cell-r2-s3", liveState({ phase: "stopped" }))).toBe("not run");
    const first = { name: "r2-s1", rank: 2, seed: 1, state: "running" as const };
    const saying = (more: object) => text("cell-r2-s1", liveState({ trials: [{ ...first, ...more }] }));
    expect(saying({})).toBe("loading");
    expect(saying({ resumedFrom: 20 })).toBe("from step 20");
    expect(saying({ step: 30, evaluating: { done: 5, total: 9 } })).toBe("evaluating 5 of 9");
    expect(liveParts(liveState())["cell-r8-s2"]).toContain("Training loss from 1.2 to 0.5 nats");
    expect(text("cell-r2-s1", liveState({ metric: "log-loss", margin: 0.02 }))).toBe("0.400");
  });

  test("say why a trial failed or was lost, and how the job of one that waits is", () => {
    expect(text("problems")).toBe("r32-s2 failed: attempt 1, no layer matches");
    const trials = liveState().trials.map((trial) => ({ ...trial, why: `${trial.state}, Priority` }));
    expect(text("cell-r2-s3", liveState({ trials }))).toBe("waiting, Priority");
    expect(text("problems", liveState({ trials }))).toBe("r32-s2 failed, Priority");
    expect(text("problems", liveState({ trials: [] }))).toBe("");
  });

  test("say what keeps jobs in a queue, also while there are no trials yet", () => {
    expect(text("queue")).toBe("");
    const queue = [{ words: "job 70_4: held", command: "scontrol release 70_4" }, { words: "no answer" }];
    const state = liveState({ queue, phase: "preparing", ranks: [], trials: [] });
    expect(text("queue", state)).toMatch(/^job 70_4: held: scontrol release 70_4\s*no answer$/);
  });

  test("offer to stop what has something to stop, while somebody runs it", () => {
    const done = liveState().trials.map((trial) =>
      trial.rank === 2 ? { ...trial, state: "done" as const } : trial,
    );
    expect(text("stop-r2", liveState({ trials: done }))).toBe("");
    expect(text("stop-r8")).toBe("Stop rank 8");
    expect(liveParts(liveState({ phase: "stopped" }))["stop-r8"]).toBeUndefined();
  });
});

describe("before a design is complete", () => {
  test.each(["grid", "probe"] as const)("a %s shows each seed's difference and claims nothing", (method) => {
    const html = liveParts(liveState({ method })).pairs!;
    expect(textOf(html)).toContain("Not a decision yet: 4 of 9 trials are done.");
    expect(html).toContain("rank 2, seed 1: −4.0");
    expect(html).toContain("rank 8, seed 1: +1.0");
    expect(html.match(/<circle/g)).toHaveLength(2);
    expect(html).not.toMatch(/class="(interval|bound|best)|recommend|adequate|95%/);
  });

  test("the chart of differences has its numbers as a table too, a cell for each seed", () => {
    const more = { name: "r32-s3", rank: 32, seed: 3, state: "done", status: "completed" } as const;
    const trials = [
      ...liveState().trials.filter(({ seed }) => seed < 3),
      { ...more, accuracy: 0.9 },
      { ...more, name: "r8-s3", rank: 8, accuracy: 0.88 },
    ];
    const html = liveParts(liveState({ trials })).pairs!;
    const [, table = ""] =
      /<details><summary>Differences as a table<\/summary>(.*)<\/details>/.exec(html) ?? [];
    const rows = [...table.matchAll(/<tr>(.*?)<\/tr>/g)].map(([, row]) =>
      [...row!.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/g)].map(([, cell]) => cell),
    );
    expect(table).toContain("<caption><span>Difference to rank 32 in points of accuracy, one a seed");
    expect(rows).toEqual([
      ["Rank", "Seed 1", "Seed 3"],
      ["2", "−4.0", "–"],
      ["8", "+1.0", "−2.0"],
    ]);
  });

  test("under log loss, less is better: the margin is on the other side", () => {
    const html = liveParts(liveState({ metric: "log-loss", margin: 0.02 })).pairs!;
    expect(textOf(html)).toContain("margin +0.020");
    expect(html).toContain("rank 2, seed 1: +0.090");
  });

  test("with no pair there is a sentence and no chart", () => {
    const trials = liveState().trials.filter(({ name }) => name !== "r32-s1");
    const html = liveParts(liveState({ trials, done: 1 })).pairs!;
    expect(textOf(html)).toContain("Not a decision yet: 1 of 9 trials is done.");
    expect(html).not.toContain("<svg");
  });

  test("a race shows nothing before a look, even where an interval could be had", () => {
    const { decision: _, ...before } = { ...liveRace(), trials: liveState().trials };
    const html = liveParts(before).pairs!;
    expect(textOf(html)).toContain(
      "The race has not looked at its outcomes so far. The next look is after 6 seeds",
    );
    expect(html).not.toContain("<svg");
  });

  test("a race shows the intervals of its last look, and that they are corrected", () => {
    const state = liveRace();
    const html = liveParts(state).pairs!;
    expect(textOf(html)).toContain("Not a decision yet");
    expect(textOf(html)).toContain("corrected for all its looks");
    expect(html.match(/class="interval/g)?.length).toBe(state.decision!.ranks.length - 1);
    expect(textOf(html)).not.toMatch(/in play to the end|Use rank/);
  });

  test("when all runs are there, what is missing is the decision alone", () => {
    const words = "All runs are there; the decision is being made.";
    expect(textOf(liveParts(liveState({ done: 9 })).pairs!)).toContain(words);
    const { decision, ...state } = liveRace();
    const ended = { ...decision!, race: { ...decision!.race!, stopped: "settled" as const } };
    expect(textOf(liveParts({ ...state, decision: ended }).pairs!)).toContain(words);
  });
});
