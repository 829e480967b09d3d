import { decide, decideScores } from "@lorank/evidence";
import { outcomesFromTrials } from "@lorank/evidence/methods";
import { scoresOf } from "@lorank/evidence/results";
import { describe, expect, test } from "vitest";
import { type Reported, renderReport } from "../src/index.ts";
import { textOf } from "./fixtures/page.ts";
import { adequate, withFailures } from "./fixtures/scenes.ts";

/** The decision of a scene as it would be on another trainer's outcomes. */
function outcomesOf(scene: typeof adequate): Reported {
  const { sweep, trials } = scene();
  const decision = decide(outcomesFromTrials(trials), { margin: sweep.margin });
  const name = "outcomes.csv";
  return {
    sweep: { name, ranks: sweep.ranks, seeds: [] },
    data: { name, validationExamples: decision.examples },
    decision,
    trials: [],
  };
}

const idsOf = (page: string) => [...page.matchAll(/<section id="([^"]*)"/g)].map(([, id]) => id);

describe("a decision on another trainer's outcomes", () => {
  const page = renderReport(outcomesOf(adequate));
  const sweepPage = renderReport(adequate());

  test("shows the verdict, the ranks with their intervals, and the differences, as a sweep's page does", () => {
    for (const part of [/<h1[\s\S]*?<\/h1>/, /<section id="differences"[\s\S]*?<\/section>/]) {
      expect(part.exec(page)?.[0]).toBe(part.exec(sweepPage)?.[0]);
    }
    const { accuracy, interval } = adequate().decision.ranks[0]!;
    const percent = (x: number): string => (100 * x).toFixed(1);
    expect(textOf(page)).toContain(
      `${percent(accuracy!)}% ${percent(interval![0])}–${percent(interval![1])}%`,
    );
    expect(idsOf(page)).toEqual(["verdict", "ranks", "quality", "differences", "returns", "provenance"]);
  });

  test("leaves out what training would tell, its columns too, and links to nothing that is not there", () => {
    for (const word of [
      "Trainable",
      "Optimiser",
      "Per million",
      "Per second",
      "small dot",
      "Training examples",
    ]) {
      expect(textOf(sweepPage)).toContain(word);
      expect(textOf(page)).not.toContain(word);
    }
    expect(textOf(page)).not.toContain("0 runs");
    expect(textOf(page)).not.toMatch(/NaN|undefined|–(?! ?[\d−+])/);
    const links = [...page.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id);
    expect(links.filter((id) => !idsOf(page).includes(id))).toEqual([]);
  });

  test("says of a rank without an answer only that it was not compared", () => {
    const shown = outcomesOf(withFailures);
    const decision = {
      ...shown.decision,
      ranks: shown.decision.ranks.filter(({ rank }) => rank !== 32),
      excluded: [{ rank: 32, reason: "only 1 of its 5 runs completed (missing), fewer than half" }],
    };
    const text = textOf(renderReport({ ...shown, decision }));
    expect(text).toContain("32 not compared");
    expect(text).not.toContain("no completed run");
  });

  describe("with its runs and files", () => {
    const shown = outcomesOf(adequate);
    const runs = adequate().trials.map(({ spec, evaluation }) => ({
      ...{ rank: spec.lora.rank, seed: spec.seed },
      ...scoresOf(evaluation!, "accuracy"),
    }));
    const source = {
      name: "outcomes.csv",
      sha256: "0123456789abcdef".repeat(4),
      modified: "2026-11-24T18:18:05.123Z",
    };

    test("shows each run as a dot, as a sweep's page does, and in the table of seeds", () => {
      const page = renderReport({ ...shown, runs });
      const circles = (text: string) => text.match(/<circle [^>]*r="3">.*?<\/circle>/g);
      expect(circles(page)).toHaveLength(2 * adequate().trials.length);
      expect(circles(page)).toEqual(circles(sweepPage));
      expect(textOf(page)).toContain(
        "Each small dot is one run; a thin line joins the runs of one seed. The large",
      );
      const table = (text: string) =>
        /<caption><span>Accuracy by seed and rank[\s\S]*?<\/table>/.exec(text)?.[0];
      expect(table(page)).toBe(table(sweepPage));
    });

    test("of a score that is no metric of its own has its dots and means too", () => {
      const scores = runs.map(({ rank, seed, accuracy }) => ({ rank, seed, score: accuracy! }));
      const decision = decideScores({ runs: scores }, { metric: "higher:f1", margin: 0.01 });
      const named = scores.map(({ rank, seed, score }) => ({ rank, seed, scores: { "higher:f1": score } }));
      const page = renderReport({ ...shown, decision, runs: named });
      const quality = /<section id="quality"[\s\S]*?<\/section>/.exec(page)![0];
      expect(quality.match(/<circle [^>]*r="3"/g)).toHaveLength(scores.length);
      expect(quality.match(/<circle [^>]*r="5"/g)).toHaveLength(shown.sweep.ranks.length);
      expect(textOf(quality)).toContain("f1 higher is better");
      expect(textOf(quality)).not.toContain("Accuracy");
    });

    test("numbers runs of unknown seeds within their rank", () => {
      const page = renderReport({ ...shown, runs: runs.map(({ seed: _, ...run }) => run) });
      expect(textOf(page)).toContain("Each small dot is one run. The large");
      expect(page).toContain("Accuracy by run and rank");
      expect(page).not.toContain('class="pair"');
    });

    test("names the file, its digest and when it was last changed", () => {
      const page = renderReport({ ...shown, sources: [source] });
      const text = textOf(page.slice(page.indexOf('<section id="provenance"')));
      expect(text).toContain("File SHA-256 0123456789abcdef… Last changed 2026-11-24 18:18 UTC");
      expect(text).toContain(`outcomes.csv ${source.sha256} 2026-11-24 18:18 UTC`);
    });

    test("counts several files, dates them by the newest, and lists at most 200", () => {
      const sources = Array.from({ length: 201 }, (_, i) => ({
        ...{ ...source, name: `r2-s${i}/samples.jsonl` },
        modified: `2026-11-24T18:${i === 7 ? "59" : "18"}:05.123Z`,
      }));
      const page = renderReport({ ...shown, sources });
      const text = textOf(page.slice(page.indexOf('<section id="provenance"')));
      expect(text).toContain("Files 201 Last changed 2026-11-24 18:59 UTC");
      expect(text).toContain("200 of 201 files are listed. lorank verdict --json prints all.");
      expect(text).toContain("r2-s199/samples.jsonl");
      expect(text).not.toContain("r2-s200/samples.jsonl");
    });

    test("of standard input knows no date", () => {
      const text = textOf(
        renderReport({ ...shown, sources: [{ name: "standard input", sha256: source.sha256 }] }),
      );
      expect(text).toContain("File SHA-256 0123456789abcdef…");
      expect(text).not.toContain("Last changed");
    });
  });
});
