// @vitest-environment happy-dom
// The page around a comparison, in each state that the worker's messages bring it to.
import { act } from "preact/test-utils";
import { describe, expect, test, vi } from "vitest";
import { makeResults } from "../../../report/test/fixtures/make-results.ts";
import type { Planned, PlannedTrial } from "../../src/protocol.ts";
import { buttons, type OpenPage, one, openPage, press, text } from "./open-page.tsx";

describe("at a first visit", () => {
  test("the form stands there at once", async () => {
    await openPage();
    expect(text("h1")).toBe("Which LoRA rank does your data need?");
    expect(buttons()).toEqual(expect.arrayContaining(["Start", "Check gradients"]));
    expect(buttons()).not.toContain("Pause");
    expect(text("footer")).not.toContain("works without a network");
  });

  test("a page that the browser keeps says so", async () => {
    await openPage({ serviceWorker: { controller: {}, register: async () => {} } });
    expect(text("footer")).toContain("The page is kept by your browser and works without a network.");
  });
});

test("of an earlier visit it waits, and of another tab's comparison it says so", async () => {
  const getDirectory = async () => ({ getDirectoryHandle: async () => ({}) });
  const page = await openPage({ storage: { getDirectory } });
  expect(text(".hero")).toContain("Opening.");
  expect(buttons()).toEqual([]);
  await page.hear({ kind: "opened", busy: true, goesOn: false });
  expect(text(".hero")).toContain("This playground is open in another tab");
  expect(buttons()).toEqual([]);
});

test("a worker that cannot be started is an error beside the form", async () => {
  const page = await openPage();
  page.fail("blocked");
  expect(text("[role=alert]")).toContain("could not be started. blocked");
  await page.hear({ kind: "error", of: "sweep", text: "first line\nsecond line" });
  expect([...document.querySelectorAll("[role=alert] p")].map(({ textContent }) => textContent)).toEqual([
    "first line",
    "second line",
  ]);
});

describe("while a comparison runs", () => {
  const results = makeResults({ ranks: [2, 8], seeds: [1, 2], examples: 40, steps: 6 });
  const { sweep, model, data } = results;
  const { trialsAtOnce: _, threadsPerTrial: __, ...summary } = sweep;
  const planned: Planned = {
    empty: { sweep: summary, model: model!, data, trials: [] },
    trials: results.trials.map(({ trialId, spec: { lora, seed } }) => ({
      ...{ trialId, name: `r${lora.rank}-s${seed}`, rank: lora.rank, seed },
    })),
    notes: ["the text is in column text"],
    rows: { used: 11, all: 16 },
    device: "Runs on the GPU: it is faster.",
  };

  async function running(): Promise<OpenPage> {
    const page = await openPage();
    await press("Start");
    await page.hear({ kind: "prepared", planned, results: [] });
    return page;
  }

  test("it says what is prepared, and offers to pause and stop", async () => {
    const page = await openPage();
    await press("Start");
    expect(text(".now")).toContain("Reading what was chosen…");
    expect(document.activeElement).toBe(one(".now"));
    await page.hear({ kind: "preparing", text: "Splitting the texts into tokens" });
    expect(text(".now")).toContain("Splitting the texts into tokens…");
    expect(buttons()).toEqual(["Pause", "Stop and change settings"]);
    expect(one<HTMLElement>("#state").hidden).toBe(true);
  });

  test("it shows the trials, the device and what was inferred, and a result when it comes", async () => {
    const page = await running();
    expect(one<HTMLElement>("#state").hidden).toBe(false);
    expect(text("#state")).toContain("running: 0 of 4 trials done");
    expect(text("#trials")).toContain("queued");
    expect(text("main")).toContain("Runs on the GPU: it is faster.");
    expect(text(".notes li")).toBe("the text is in column text");
    await page.hear({ kind: "started", trialId: planned.trials[0]!.trialId });
    expect(text("#trials")).toContain("loading");
    const [{ trialId }] = planned.trials as [PlannedTrial];
    const point = { kind: "point", step: 3, steps: 6, accuracy: 0.75, logLoss: 0.5 } as const;
    await page.hear({ kind: "progress", trialId, event: point });
    expect(text("#trials")).toContain("75.0% at step 3");
    await page.hear({ kind: "finished", result: results.trials[0]! });
    expect(text("#state")).toContain("1 of 4 trials done");
    expect(text(".status")).toBe("Rank 2, seed 1 is done.");
  });

  test("without notes and a device nothing is said of them", async () => {
    const { device: _, ...plain } = { ...planned, notes: [] };
    const page = await openPage();
    await press("Start");
    await page.hear({ kind: "prepared", planned: plain, results: [] });
    expect(document.querySelector(".notes")).toBeNull();
    expect(document.querySelectorAll("main > .fine")).toHaveLength(0);
  });

  test("it can be paused and continued, and stopped", async () => {
    const page = await running();
    await press("Pause");
    expect(page.sent.at(-1)).toEqual({ kind: "pause", byPerson: true });
    expect(text(".status")).not.toBe("Paused while the tab was hidden.");
    expect(text("#state")).toContain("paused: 0 of 4");
    expect(document.querySelector(".notice")).toBeNull();
    await press("Continue");
    expect(text("#state")).toContain("running: 0 of 4");
    await press("Stop and change settings");
    expect(page.sent.slice(-3).map(({ kind }) => kind)).toEqual(["pause", "resume", "stop"]);
    await page.hear({ kind: "stopped" });
    expect(buttons()).toContain("Start");
    expect(text(".status")).toBe("Stopped. What is done is kept.");
  });

  test("it pauses in a hidden tab, unless it is to go on there", async () => {
    const look = (hidden: boolean) =>
      act(() => {
        vi.spyOn(document, "hidden", "get").mockReturnValue(hidden);
        document.dispatchEvent(new Event("visibilitychange"));
      });
    const page = await running();
    await look(true);
    expect(text(".notice")).toContain("Paused, because the tab is hidden");
    expect(page.sent.at(-1)).toEqual({ kind: "pause", byPerson: false });
    expect(text(".status")).toBe("Paused while the tab was hidden.");
    await look(false);
    expect(page.sent.at(-1)).toEqual({ kind: "resume" });
    expect(document.querySelector(".notice")).toBeNull();
    await press("Pause");
    await look(true);
    await look(false);
    expect(page.sent.at(-1)).toEqual({ kind: "pause", byPerson: true });
    await press("Continue");
    await act(() => one<HTMLInputElement>(".check input").click());
    await look(true);
    expect(page.sent.at(-1)).toEqual({ kind: "resume" });
  });
});
