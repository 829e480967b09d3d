import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { liveParts, renderLive } from "../../src/index.ts";
import { liveRace, liveState } from "../fixtures/live-state.ts";
import { bodyOf, textOf } from "../fixtures/page.ts";

const addresses = { events: "/events?token=a", stop: "/stop?token=a" };
const sha256 = (text: string): string => createHash("sha256").update(text).digest("base64");

describe("the page of a sweep that runs", () => {
  test.each([
    ["grid", liveState()],
    ["race", liveRace()],
    ["stopped", liveState({ phase: "stopped" })],
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
      `default-src 'none'; style-src 'sha256-${sha256(style)}'; script-src 'sha256-${sha256(script)}'; connect-src 'self'`,
    );
    expect(bodyOf(page)).not.toMatch(/ style="| src=|https:/);
  });

  test("shows the command of each change, and its form where to stop a rank", () => {
    const page = renderLive(liveState(), addresses);
    for (const command of ["lorank cancel out r8", "--seeds 4 --extend", "--ranks 64 --extend"])
      expect(textOf(page)).toContain(command);
    expect(page).toContain('<form method="post" action="/stop?token=a">');
    expect(page).toContain('data-events="/events?token=a"');
  });

  test("offers to stop no rank of a sweep that nobody runs", () => {
    const page = textOf(renderLive(liveState({ phase: "stopped" }), addresses));
    expect(page).not.toMatch(/lorank cancel|Stop a rank|While the sweep runs/);
    expect(page).toContain("--seeds 4 --extend");
    const trials = liveState().trials.map((trial) => ({ ...trial, why: "job 70 waits" }));
    expect(renderLive(liveState({ phase: "stopped", trials }), addresses)).toContain("lorank cancel out r8");
  });

  test("text of the sweep is text", () => {
    const attack = `"><script>alert(1)</script><img src=x onerror=alert(1)> \u202eevil'`;
    const trials = liveState().trials.map((trial) => ({ ...trial, why: attack }));
    const state = liveState({ name: attack, subject: attack, trials });
    const shown =
      bodyOf(renderLive(state, { events: attack, stop: attack })) + JSON.stringify(liveParts(state));
    expect(shown).not.toMatch(/<script|<img/i);
    expect(JSON.stringify(liveParts(state))).not.toContain("\u202e");
  });

  test("says what the sweep is of once, where that is its name too", () => {
    const subject = "starter on e-mails";
    const header = (state: object) =>
      textOf(/<header>.*?<\/header>/s.exec(renderLive(liveState(state), addresses))![0]);
    expect(header({ name: subject, subject }).trim()).toBe(`LoRAnk ${subject}`);
    expect(header({ name: "mine", subject }).trim()).toBe(`LoRAnk mine: ${subject}`);
  });

  test("lists the trials of a robustness check apart", () => {
    const check = { ...liveState().trials[0]!, name: "r2-s1-lr0.003", variant: "lr0.003" };
    const page = renderLive(liveState({ trials: [...liveState().trials, check] }), addresses);
    expect(page).toContain('<li>r2-s1-lr0.003 <span id="cell-r2-s1-lr0.003">');
  });

  test("a sweep that has no trials yet is a page too", () => {
    const page = renderLive(liveState({ phase: "preparing", ranks: [], seeds: [], trials: [] }), addresses);
    expect(textOf(page)).toContain("searching for its settings");
    expect(page).not.toContain("<table");
  });
});
