import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type LiveState, type LiveTrial, liveParts, renderLive, renderReport } from "../../src/index.ts";
import { armNames, commandArms, liveArms, plannedArms } from "../fixtures/arm-sweeps.ts";
import { liveRace, liveState, resultsSoFar } from "../fixtures/live-state.ts";
import { bodyOf, textOf } from "../fixtures/page.ts";
import { raced } from "../fixtures/scenes.ts";

const addresses = { events: "/events?token=a", stop: "/stop?token=a" };
const sha256 = (text: string): string => createHash("sha256").update(text).digest("base64");
const text = (id: string, state: LiveState = liveState()): string => textOf(liveParts(state)[id]!).trim();

/** A trial's cell in the grid. */
function cell(name: string, state: LiveState = liveState()): string {
  return new RegExp(`<td id="cell-${name}">(.*?)</td>`).exec(liveParts(state).trials!)![1]!;
}

const wordsOf = (name: string, state?: LiveState): string => textOf(cell(name, state)).trim();

/** Words of a running trial with these changes. */
function first(changes: Partial<LiveTrial>): string {
  const running: LiveTrial = { name: "r2-s1", rank: 2, seed: 1, state: "running", ...changes };
  return wordsOf("r2-s1", liveState({ trials: [running] }));
}

function section(id: string, page: string): string | undefined {
  return new RegExp(`<section id="${id}".*?</section>(?=<section id|</main>|</div>|$)`, "s").exec(page)?.[0];
}

describe("the page of a sweep that runs", () => {
  const preparing: LiveState = {
    ...{ name: "reviews", phase: "preparing", trials: [], stoppable: [], problems: [] },
    ...{ done: 0, total: 0, secondsSpent: 0 },
  };

  test.each([
    ["grid", liveState()],
    ["race", liveRace()],
    ["stopped", liveState({ phase: "stopped" })],
    ["preparing", preparing],
  ])("has every part in its place, once: %s", (_, state) => {
    const page = renderLive(state, addresses);
    for (const [id, html] of Object.entries(liveParts(state))) {
      expect(page.split(` id="${id}"`), id).toHaveLength(2);
      expect(page).toContain(html);
    }
  });

  test("allows its own script and style by hash, and asks its own server alone", () => {
    const page = renderLive(liveState(), addresses);
    const [, script = ""] = /<script>([\s\S]*?)<\/script>/.exec(page) ?? [];
    const [, style = ""] = /<style>([\s\S]*?)<\/style>/.exec(page) ?? [];
    expect(page).toContain(
      `default-src 'none'; style-src 'sha256-${sha256(style)}'; script-src 'sha256-${sha256(script)}'; connect-src 'self'; form-action 'self'`,
    );
    expect(bodyOf(page)).not.toMatch(/ style="| src=|https:/);
    expect(page).toContain('data-events="/events?token=a"');
  });

  test("text of the sweep is text", () => {
    const attack = `"><script>alert(1)</script><img src=x onerror=alert(1)> \u202eevil'`;
    const trials = liveState().trials.map((trial) => ({ ...trial, why: attack }));
    const { sweep, data, ...rest } = resultsSoFar();
    const results = { ...rest, sweep: { ...sweep, name: attack }, data: { ...data, name: attack } };
    const problems = [{ words: attack, command: attack }];
    const state = liveState({ name: attack, results, trials, problems, resume: attack, phase: "stopped" });
    const parts = JSON.stringify(liveParts(state));
    expect(bodyOf(renderLive(state, { events: attack, stop: attack })) + parts).not.toMatch(/<script|<img/i);
    expect(bodyOf(renderLive(state, addresses)) + parts).not.toContain("\u202e");
  });

  test("a sweep that has no trials yet is a page too", () => {
    const problems = [{ words: "job 70_4: held", command: "scontrol release 70_4" }, { words: "no answer" }];
    const page = renderLive({ ...preparing, problems }, addresses);
    expect(textOf(page)).toContain("preparing, or searching for its settings: no trials yet");
    expect(textOf(page)).toMatch(/job 70_4: held: scontrol release 70_4\s*no answer/);
    expect(page).not.toMatch(/<table|<button|undefined/);
  });
});

describe("its head", () => {
  test("says how far it is", () => {
    expect(text("title")).toBe("4/9 · reviews: Which of the ranks 2, 8 and 32 is enough?");
    expect(text("state")).toMatch(
      /^running: 4 of 9 trials done, 1 failed, about 2\smin\s50\ss left 65\ss spent in trials so far Not a decision yet\./,
    );
    expect(text("state", liveRace())).toContain("4 of at most 9 trials done");
    expect(text("state", liveState({ secondsLeft: 9000 }))).toMatch(/about 2\sh\s30\smin left/);
    const stopped = text("state", liveState({ phase: "stopped" }));
    expect(stopped).toMatch(/^stopped: .*; nobody runs it .* To go on: lorank sweep --out out/);
    expect(text("state")).not.toContain("To go on");
  });

  test("says what enough is, and why there is no verdict yet", () => {
    expect(text("state")).toMatch(
      /accuracy is shown to be within 1 point of any other's\. Until all runs are there, no mean score and no interval/,
    );
    expect(text("state", liveState({ done: 9 }))).toContain(
      "All runs are there; the decision is being made.",
    );
    const race = liveRace();
    expect(text("state", race)).toMatch(
      /those of the race's last look, after \d+ seeds\. They are corrected for all its looks/,
    );
    const { decision: _, ...results } = race.results;
    expect(text("state", { ...race, results })).toMatch(
      /The race has not looked at its outcomes so far\. The next look is after 6 seeds of each rank in play\.$/,
    );
  });

  test("has a word for each trial that has ended or not begun", () => {
    const names = ["r2-s1", "r2-s2", "r32-s2", "r2-s3"];
    expect(names.map((name) => wordsOf(name))).toEqual(["90.0%", "diverged", "failed", "queued"]);
    expect(wordsOf("r2-s3", liveState({ phase: "stopped" }))).toBe("not run");
    expect(first({ state: "done", status: "out-of-memory" })).toBe("out of memory");
    expect(first({ state: "cancelled" })).toBe("left out");
    expect(first({ state: "not-asked" })).toBe("–");
  });

  test("has the score of the metric that decides", () => {
    const results = resultsSoFar({ metric: "log-loss", margin: 0.02 });
    expect(wordsOf("r2-s1", liveState({ results }))).toBe("0.400");
    expect(first({ state: "done", status: "completed" })).toBe("done");
  });

  test("says how far a trial is that runs, with its curve from the second loss on", () => {
    expect(wordsOf("r8-s2")).toBe("step 12 of 40");
    expect(cell("r8-s2")).toContain("Training loss from 1.2 to 0.5 nats");
    expect(first({})).toBe("loading");
    expect(first({ resumedFrom: 20 })).toBe("from step 20");
    expect(first({ step: 3, losses: [[3, 1]] })).toBe("step 3");
    expect(first({ step: 30, evaluating: { done: 5, total: 9 } })).toBe("evaluating 5 of 9");
  });

  test("has the latest score of evaluations on the way, with their curve from the second on", () => {
    const one = [{ step: 10, accuracy: 0.9, logLoss: 0.4 }];
    const two = [...one, { step: 20, accuracy: 0.925, logLoss: 0.3 }];
    expect(first({ step: 12, points: one })).toBe("step 12 90.0% at step 10");
    expect(first({ step: 30, points: two })).toContain("92.5% at step 20");
    const trials = liveState().trials.map((trial) => ({ ...trial, points: two }));
    const page = liveParts(liveState({ trials })).trials!;
    expect(page.match(/Accuracy from 90\.0% to 92\.5%/g)).toHaveLength(1);
    // A metric that a point lacks is not shown.
    expect(first({ step: 12, points: [{ step: 10, logLoss: 0.4 }] })).toBe("step 12");
  });

  test("says what a waiting trial's job does in a queue, and the problems that there are", () => {
    const trials = liveState().trials.map((trial) => ({ ...trial, why: "queued, Priority" }));
    expect(text("trials", liveState({ trials })).match(/queued, Priority/g)).toHaveLength(3);
    expect(text("problems")).toBe("r32-s2 failed: attempt 1, no layer matches");
  });

  test("has a row of its own for a check's trials", () => {
    const check = { ...liveState().trials[0]!, name: "r2-s1-lr0.003", variant: "lr0.003" };
    const { trials } = liveParts(liveState({ trials: [...liveState().trials, check] }));
    const rows = textOf(trials!).match(/ 2 lr0\.003 .*/)![0];
    expect(rows).toMatch(/^ 2 lr0\.003 90\.0% – What is done/);
  });

  test("has a button for each rank of which something is left to stop", () => {
    const page = renderLive(liveState({ stoppable: [8] }), addresses);
    expect(page).toContain('<form id="stop" method="post" action="/stop?token=a">');
    expect(page.match(/<button.*?<\/button>/g)).toEqual([
      '<button type="submit" form="stop" name="rank" value="8">Stop rank 8</button>',
    ]);
    expect(textOf(page)).toContain("without it there is no verdict");
    expect(renderLive(liveState({ stoppable: [] }), addresses)).not.toMatch(/<button|>Stop<|no verdict/);
  });
});

describe("the report so far", () => {
  const idsOf = (state: LiveState) =>
    [...liveParts(state)["so-far"]!.matchAll(/<section id="([^"]*)"/g)].map(([, id]) => id);

  test.each(["grid", "probe"] as const)("of a %s shows each run, and claims nothing", (method) => {
    const results = resultsSoFar();
    const state = liveState({ results: { ...results, sweep: { ...results.sweep, method } } });
    const { "so-far": html = "" } = liveParts(state);
    expect(idsOf(state)).toEqual(["quality", "loss", "cost", "provenance"]);
    expect(section("quality", html)!.match(/<circle/g)).toHaveLength(2 * 3);
    expect(section("quality", html)).toContain(">rank 8, seed 1: ");
    expect(textOf(html)).toContain("a thin line joins the runs of one seed");
    expect(html).not.toMatch(
      /class="(interval|bound|best)|chosen|recommend|adequate|95% |<tfoot|Trials at once/,
    );
  });

  test("of a single run shows it", () => {
    const { trials, ...rest } = resultsSoFar();
    const { "so-far": html = "" } = liveParts(
      liveState({ results: { ...rest, trials: trials.slice(0, 1) } }),
    );
    expect(section("quality", html)!.match(/<circle/g)).toHaveLength(2);
  });

  test("of a race has the intervals of its last look, and no mean that the looks do not correct", () => {
    const html = liveParts(liveRace())["so-far"]!;
    expect(idsOf(liveRace())).toEqual(["race", "quality", "differences", "loss", "cost", "provenance"]);
    expect(section("differences", html)).toBe(
      section("differences", renderReport({ ...raced(), decision: liveRace().results.decision })),
    );
    expect(section("quality", html)).not.toMatch(/class="interval|95% interval/);
    expect(textOf(html)).not.toMatch(/in play to the end|Use rank/);
  });

  test("is the report's own of the same runs, where that claims nothing", () => {
    const { decision: _, ...results } = liveRace().results;
    const html = liveParts(liveState({ results }))["so-far"]!;
    const unmarked = section("cost", renderReport(raced()))!.replace(/ class="strong"| strong| chosen/g, "");
    expect(section("cost", html) === unmarked).toBe(true);
    expect(html).not.toContain('id="race"');
  });

  test("is rendered once for the same results", () => {
    const results = resultsSoFar();
    const first = liveParts(liveState({ results }));
    (results.trials as unknown[]).length = 0;
    expect(liveParts(liveState({ results }))).toEqual(first);
  });

  test("of no run is where the numbers will come from", () => {
    const results = { ...resultsSoFar(), trials: [] };
    expect(idsOf(liveState({ results }))).toEqual(["provenance"]);
  });
});

describe("the page of a sweep over arms", () => {
  test("asks which arm is enough, by name where the names are short", () => {
    expect(text("question", liveArms())).toBe("Which of the 4 arms is enough?");
    const state = liveArms();
    const axis = { ...state.results!.sweep.axis!, names: ["a", "b, c", "d", "e"] };
    const short = { ...state, results: { ...state.results!, sweep: { ...state.results!.sweep, axis } } };
    expect(liveParts(short).question).toBe("Which of the arms a, &quot;b, c&quot;, d and e is enough?");
  });

  test("calls no arm cheapest without costs, and offers no race", () => {
    const state = liveArms({}, commandArms());
    expect(text("question", state)).toBe("Which of the 4 arms is good enough?");
    expect(text("state", state)).toContain("Good enough is an arm whose accuracy");
    expect(text("trials", state)).not.toContain("race");
    expect(text("trials", liveArms())).toContain("let a race do it");
  });

  test.each([
    ["before the first result", plannedArms()],
    ["while trials run", liveArms()],
  ])("has a row for each arm, which a button stops by its number: %s", (_, state) => {
    const { trials } = liveParts(state);
    const heads = [...trials!.matchAll(/<th scope="row"[^>]*>(.*?)<\/th>/g)].map(([, name]) => name);
    const escaped = armNames.map((name) => name.replaceAll("&", "&amp;").replaceAll("<", "&lt;"));
    expect(heads).toEqual(escaped);
    const buttons = [...trials!.matchAll(/<button[^>]*value="(\d)" aria-label="([^"]*)"/g)];
    expect(buttons.map(([, value]) => value)).toEqual(["1", "2", "3", "4"]);
    expect(buttons[0]![2]).toBe("Stop attention");
    expect(wordsOf("arm2-s1", state)).toBe(state.done === 0 ? "queued" : "step 12 of 40");
  });

  test("has a check's trials in rows of their own, which no button stops", () => {
    const [trial] = liveArms().trials;
    const check: LiveTrial = { ...trial!, name: "attention-s0-lr0.01", variant: "lr0.01" };
    const { trials } = liveParts(liveArms({ trials: [trial!, check] }));
    expect(trials).toContain(">attention lr0.01</th>");
    expect(trials!.match(/<button/g)).toHaveLength(1);
  });

  test("has the style sheet for names of arms, which its policy allows", () => {
    const page = renderLive(liveArms(), addresses);
    const [, style = ""] = /<style>([\s\S]*?)<\/style>/.exec(page) ?? [];
    expect(page).toContain(`style-src 'sha256-${sha256(style)}'`);
    expect(style).toContain(".chart.arms");
    expect(renderLive(liveState(), addresses)).not.toContain(".chart.arms");
  });

  test("says nothing of ranks before its settings", () => {
    const parts = liveParts(liveArms());
    const [before] = parts["so-far"]!.split('<section id="provenance"');
    const shown = textOf(["question", "state", "trials"].map((id) => parts[id]).join(" ") + before);
    expect(shown.match(/.{20}\branks?\b.{20}/gi) ?? []).toEqual([]);
  });
});
