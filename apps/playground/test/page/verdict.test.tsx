// @vitest-environment happy-dom
// The page once all runs are there.
import type { Results } from "@lorank/evidence/results";
import { act } from "preact/test-utils";
import { describe, expect, test, vi } from "vitest";
import { makeResults } from "../../../report/test/fixtures/make-results.ts";
import { withPoints } from "../../../report/test/fixtures/points.ts";
import type { Saved } from "../../src/protocol.ts";
import { buttons, type OpenPage, one, openPage, press, text, type } from "./open-page.tsx";

const scene = { ranks: [2, 8], seeds: [1, 2], examples: 400, steps: 6 };
const classified = makeResults({ ...scene, accuracyOf: (rank) => (rank < 8 ? 0.7 : 0.95) });
const generated = makeResults({ ...scene, task: { kind: "causal-lm" } });
const asked = { ranks: [2, 8], seeds: 2, epochs: 1, batchSize: 8, learningRate: 0.003, device: "wasm" };
const saved = { asked, state: "done" } as unknown as Saved;

/** Shows the verdict on these results. */
async function done(results: Results): Promise<OpenPage> {
  const page = await openPage();
  await page.hear({ kind: "opened", busy: false, saved, goesOn: true }, { kind: "done", results });
  return page;
}

const bestOf = (results: Results, rank: number): string =>
  results.trials
    .filter(({ spec }) => spec.lora.rank === rank)
    .reduce((a, b) => (b.evaluation!.logLoss! < a.evaluation!.logLoss! ? b : a)).trialId;

describe("with all runs it is the report", () => {
  test("with the verdict as title, the command that makes it again, and buttons of the report", async () => {
    await done(classified);
    expect(text("h1")).toMatch(/^Go above rank 8/);
    expect(document.title).toBe(text("h1"));
    expect(text("#provenance")).toContain("lorank sweep --ranks 2,8 --seeds 2");
    expect(buttons()).toEqual(expect.arrayContaining(["SVG", "CSV", "Copy"]));
    expect(document.querySelector(".hero")).toBeNull();
    expect(document.querySelector("#ask")).toBeNull();
    expect(text("#verdict")).not.toContain("rows used");
  });

  test("with the curves of runs that were evaluated on the way, and the step that did best", async () => {
    const page = await done(withPoints(classified));
    expect(document.querySelectorAll("#points svg").length).toBe(2);
    expect(text("#points")).toContain("Step 200 did best over all, and is marked.");
    await page.hear({ kind: "done", results: classified });
    expect(document.querySelector("#points")).toBeNull();
  });

  test("each rank's best adapter can be taken, the recommended one first of all, and all together", async () => {
    const page = await done(classified);
    expect(one(".actions .main").textContent).toBe("Adapter of rank 8");
    await press("Adapter of rank 2");
    expect(page.sent.at(-1)).toEqual({
      ...{ kind: "adapters", name: "lorank-r2.zip", trialIds: [bestOf(classified, 2)] },
    });
    await press("All 4 adapters");
    const trialIds = classified.trials.map(({ trialId }) => trialId);
    expect(page.sent.at(-1)).toEqual({ kind: "adapters", name: "lorank-adapters.zip", trialIds });
    const file = { name: "lorank-r2.zip", bytes: new Uint8Array(1) };
    await page.hear({ kind: "adapters", file });
    expect(page.files).toEqual([file]);
    await page.hear({ kind: "error", of: "adapters", text: "gone" });
    expect(text("[role=alert]")).toBe("gone");
    expect(text("h1")).toMatch(/^Go above rank 8/);
  });

  test("the report and the results are saved as files", async () => {
    const blobs: Blob[] = [];
    const names: string[] = [];
    vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => `blob:${blobs.push(blob as Blob)}`);
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
      names.push(this.download);
    });
    await done(classified);
    await press("Report");
    await press("results.json");
    expect(names).toEqual(["report.html", "results.json"]);
    const [report, json] = blobs.slice(-2);
    expect(await report!.text()).toMatch(/^<!doctype html>[\s\S]*<span class="flag">--ranks<\/span> 2,8/);
    expect(JSON.parse(await json!.text())).toEqual(classified);
  });

  test("a rank of which no run has a score has no adapter", async () => {
    const trials = classified.trials.map((trial) => {
      const { evaluation: _, ...failed } = trial;
      return trial.spec.lora.rank === 8 ? trial : { ...failed, status: "diverged" as const };
    });
    await done({ ...classified, trials } as Results);
    expect(buttons().filter((name) => name.includes("dapter"))).toEqual([
      "Adapter of rank 8",
      "All 2 adapters",
    ]);
    await done({ ...classified, trials: [] });
    expect(buttons().filter((name) => name.includes("dapter"))).toEqual([]);
  });

  test("another comparison begins in the form", async () => {
    const page = await done(classified);
    await press("Compare again");
    expect(page.sent.at(-1)).toEqual({ kind: "stop" });
    expect(buttons()).toContain("Start");
    expect(document.title).toBe("Playground");
  });

  test("of a language model it answers a prompt with the base and each rank's best adapter", async () => {
    const page = await done(generated);
    const ask = (value: string) => type("#ask textarea", value);
    const submit = () =>
      act(() => void one("#ask form").dispatchEvent(new Event("submit", { cancelable: true })));
    await ask("  ");
    await submit();
    expect(page.sent.at(-1)?.kind).not.toBe("answer");
    await ask("Say 3");
    await submit();
    const answerers = [
      { name: "The base, without an adapter" },
      { trialId: bestOf(generated, 2), name: "Rank 2" },
      { trialId: bestOf(generated, 8), name: "Rank 8" },
    ];
    expect(page.sent.at(-1)).toEqual({ kind: "answer", prompt: "Say 3", answerers });
    const before = page.sent.length;
    await submit();
    expect(page.sent).toHaveLength(before);
    expect(buttons()).toContain("Answering…");
    await press("Stop");
    expect(page.sent.at(-1)).toEqual({ kind: "stop" });
    await page.hear(
      ...(["th", "ree "] as const).map(
        (part) => ({ kind: "answering", name: "Rank 2", text: part }) as const,
      ),
      { kind: "answering", name: "Rank 8", text: "3" },
      { kind: "answered", cut: ["Rank 8"] },
    );
    expect([...document.querySelectorAll(".answers dd")].map(({ textContent }) => textContent)).toEqual([
      "three",
      "3 … cut here, after 128 tokens",
    ]);
    expect(buttons()).not.toContain("Stop");
    await submit();
    await page.hear({ kind: "error", of: "answers", text: "too long" });
    expect(text("#ask [role=alert]")).toBe("too long");
  });
});
