import { claimsOf, inWords, type RankRow, type Results, rankRows } from "@lorank/evidence/results";
import { describe, expect, test } from "vitest";
import { renderReport } from "../../src/index.ts";
import { costsBeside } from "../../src/sections/savings.tsx";
import { intervalsInWords, sureness } from "../../src/sections/verdict.tsx";
import * as scenes from "../fixtures/scenes.ts";
import { adequate, causalLm, probed, raced } from "../fixtures/scenes.ts";
import { sectionText } from "./section-text.ts";

const { large: _, ...small } = scenes;
const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

describe.each(Object.entries(small))("the page of the scene %s", (_name, scene) => {
  test("begins with the answer and its reasons, then what to do", () => {
    const claims = claimsOf(scene());
    const text = sectionText(scene(), "verdict")!;
    const places = claims
      .filter(({ topic }) => topic === "verdict" || topic === "next")
      .map((claim) => text.indexOf(inWords(claim)));
    expect(places.every((at) => at > 0)).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  test("tells no claim twice", () => {
    const page = renderReport(scene()).replace(/<title>[^<]*<\/title>/, "");
    for (const claim of claimsOf(scene())) {
      const times = page.split(escaped(inWords(claim))).length - 1;
      expect([claim.kind, times <= 1]).toEqual([claim.kind, true]);
    }
  });
});

test("where no rank has learned anything, none is at stake, and the table says of each that it is not above the prior", () => {
  const verdict = sectionText(scenes.nothingLearned(), "verdict")!;
  expect(verdict).toContain("What to do next.");
  expect(verdict).not.toMatch(/At stake|against rank|What would settle/);
  const table = sectionText(scenes.nothingLearned(), "ranks")!;
  expect(table.match(/not above the prior/g)).toHaveLength(4);
  expect(sectionText(scenes.nothingLearned(), "returns")).toBeUndefined();
});

test("what the recommended rank costs is told beside the best and the smallest rank", () => {
  const text = sectionText(scenes.adequate(), "verdict")!.replaceAll("\u202f", " ");
  expect(text).toMatch(/Rank 8 against rank (16|32), the best mean/);
  expect(text).toContain("Rank 8 against rank 2, the smallest tried");
  expect(text).toMatch(/× larger adapter file/);
});

const rows = rankRows(adequate());
const beside = (row: RankRow) => costsBeside(rows, row).map(({ other, is }) => [other.rank, is]);
const best = rows.find(({ isBest }) => isBest)!;

describe("costsBeside", () => {
  test("compares with the best and the smallest rank, of those that are not the row itself", () => {
    const smallest = rows[0]!;
    const between = rows.find((row) => row !== best && row !== smallest)!;
    expect(beside(between)).toEqual([
      [best.rank, "best"],
      [smallest.rank, "smallest"],
    ]);
    expect(beside(smallest)).toEqual([[best.rank, "best"]]);
    expect(beside(best)).toEqual([[smallest.rank, "smallest"]]);
  });

  test("compares with the largest rank where the row is the smallest and the best", () => {
    const alone = rows.map((row, index) => ({ ...row, isBest: index === 0 }));
    expect(costsBeside(alone, alone[0]!).map(({ other, is }) => [other.rank, is])).toEqual([
      [rows.at(-1)!.rank, "largest"],
    ]);
  });

  test("does not call a few percent of time a difference", () => {
    const near: RankRow = { ...best, costs: { ...best.costs!, secondsPerTrial: 10.2 } };
    const row: RankRow = { ...rows[0]!, costs: { ...rows[0]!.costs!, secondsPerTrial: 10 } };
    const [found] = costsBeside([row, near], row);
    expect(found!.savings.find(({ cost }) => cost === "secondsPerTrial")).not.toHaveProperty("ratio");
    expect(found!.savings.find(({ cost }) => cost === "adapterBytes")!.ratio).toBeGreaterThan(1);
  });

  test("leaves time out when a rank has no completed run", () => {
    const { secondsPerTrial: _, ...costs } = rows[0]!.costs!;
    const unfinished: RankRow = { ...rows[0]!, costs };
    const [found] = costsBeside([unfinished, ...rows.slice(1)], unfinished);
    expect(found!.savings.map(({ cost }) => cost)).toEqual(["adapterBytes", "optimizerBytes"]);
  });
});

test("the looks of a race and the confirmations of a probe are said to share the error, of a grid nothing of the kind", () => {
  expect(intervalsInWords(raced())).toMatch(/The looks of a race share it as well.*\.$/);
  expect(intervalsInWords(probed())).toMatch(/The confirmations of a probe share it as well.*\.$/);
  expect(intervalsInWords(adequate())).toMatch(/between the ranks\.$/);
});

describe("sureness", () => {
  test("names confidence, margin with its metric, seeds and examples", () => {
    const values = (results: Results) => sureness(results).map((fact) => fact.value);
    expect(values(adequate())).toEqual(["95%", "1 point of accuracy", "8", "3,000"]);
    expect(values(causalLm())[1]).toBe("0.02 nats of log loss per token");
    const { decision, ...rest } = adequate();
    const groups = { count: 120, largest: 60, widening: 1.4 };
    expect(values({ ...rest, decision: { ...decision, groups } })[3]).toBe("3,000 in 120 groups");
  });
  test("counts the runs of a race or a probe against the grid's", () => {
    const runs = (results: Results) => sureness(results).find(({ term }) => term === "Runs")?.value;
    expect([runs(probed()), runs(raced()), runs(adequate())]).toEqual([
      "15 of the grid's 60",
      `${raced().trials.length} of the grid's 50`,
      undefined,
    ]);
  });
});

test("a collapsed run is named among the notices and counted in the table, where the best bet is marked", () => {
  const scene = adequate();
  const { rank: _, ...decision } = scene.decision;
  const [{ rank, seeds }] = decision.ranks as unknown as [{ rank: number; seeds: number }];
  const collapsed = [{ rank, seed: 1, score: 0.5, others: [0.8, 0.9] as const }];
  const open = { ...decision, rank: null, verdict: "inconclusive" as const, bestBet: { rank }, collapsed };
  const results = { ...scene, decision: open } as Results;
  expect(renderReport(results)).toContain(
    `Seed 1 of rank ${rank} scored 50.0%, its other seeds 80.0 to 90.0%.`,
  );
  const table = sectionText(results, "ranks")!;
  expect(table).toContain("best bet");
  expect(table).toContain(`1 of ${seeds}`);
  expect(sectionText(scene, "ranks")).not.toContain("Collapsed");
});
