import { createHash } from "node:crypto";
import { parseResults } from "@lorank/evidence/parse";
import { type EngineSpec, limitsPage, type Results } from "@lorank/evidence/results";
import { describe, expect, test } from "vitest";
import { renderReport } from "../src/index.ts";
import { pageScript } from "../src/inlined.ts";
import { makeResults } from "./fixtures/make-results.ts";
import { ofCommand } from "./fixtures/of-command.ts";
import { bodyOf, textOf } from "./fixtures/page.ts";
import {
  adequate,
  causalLm,
  empty,
  extend,
  inconclusive,
  indistinguishable,
  large,
  probed,
  raced,
  rateDecides,
  refutedProbe,
  withFailures,
} from "./fixtures/scenes.ts";
import { sectionText } from "./sections/section-text.ts";

test("the first cell of each row of a table names the row, and no other does", () => {
  const rows = bodyOf(renderReport(adequate())).match(/<tr.*?<\/tr>/gs) ?? [];
  const named = rows.filter((row) => !row.includes('scope="col"'));
  expect(named.length).toBeGreaterThan(20);
  for (const row of named) {
    expect(row).toMatch(/^<tr[^>]*><th scope="row"/);
    expect(row.match(/scope="row"/g)).toHaveLength(1);
  }
});

describe("security", () => {
  const attack = `"><script>alert(1)</script><img src=x onerror=alert(1)> \u202eevil'`;
  const results: Results = {
    ...adequate(),
    sweep: { ...adequate().sweep, name: attack },
    model: { ...adequate().model!, name: attack },
    data: { ...adequate().data, name: attack },
    decision: { ...adequate().decision, explanation: attack },
    trials: adequate().trials.map((trial) => ({
      ...trial,
      trialId: `${attack}${trial.trialId}`,
      spec: {
        ...(trial.spec as EngineSpec),
        task: { kind: "classification" as const, labels: [attack, "spam"] },
        lora: { ...(trial.spec as EngineSpec).lora, targetModules: [attack] },
      },
      measured: {
        ...trial.measured,
        provenance: { ...trial.measured.provenance, device: attack, runtime: attack, finishedAt: attack },
      },
    })),
  };
  const page = renderReport(results, { command: `lorank sweep ${attack}` });
  test("names from the data stay text wherever they are shown", () => {
    expect(bodyOf(page)).not.toMatch(/<script|<img|\u202e/i);
    expect(page).toContain("&lt;script>");
    // a quotation mark that ended an attribute would leave an attribute of the attack's making
    expect(bodyOf(page)).not.toMatch(/<[a-z][^<>]*\sonerror=/i);
  });
  test("the policy allows nothing but this style sheet, this script and inline images", () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1];
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? "";
    const script = /<script>([\s\S]*?)<\/script>/.exec(page)?.[1] ?? "";
    const hash = (text: string) => createHash("sha256").update(text).digest("base64");
    expect(policy).toBe(
      `default-src 'none'; style-src 'sha256-${hash(style)}'; script-src 'sha256-${hash(script)}'; img-src data:; base-uri 'none'; form-action 'none'`,
    );
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(script).toBe(pageScript);
    expect(script).not.toMatch(/<\/script|<!--/i);
    expect(style.length).toBeGreaterThan(1000);
  });
  test("there is no style attribute, which the policy would drop, and no address on the network but a link to our own page", () => {
    expect(page).not.toMatch(/\sstyle="/);
    const ours = ["http://www.w3.org/2000/svg", `<a href="${limitsPage}">`];
    expect(page).toContain(ours[1]);
    expect(ours.reduce((rest, own) => rest.replaceAll(own, ""), page)).not.toMatch(/https?:\/\//);
  });
});

describe("content", () => {
  test.each([
    ["adequate", adequate],
    ["indistinguishable", indistinguishable],
    ["inconclusive", inconclusive],
    ["extend", extend],
  ] as const)("the scene of the verdict %s has that verdict, and its page says it", (verdict, scene) => {
    expect(scene().decision.verdict).toBe(verdict);
    const page = renderReport(scene());
    expect(textOf(page)).toContain(`Verdict: ${verdict} `);
  });
  test("a rank that is proven is the headline and the rank to use, where a smaller one is open", () => {
    const scene = inconclusive();
    const decision = { ...scene.decision, certifiedRank: 32 };
    const page = renderReport({ ...scene, decision }, { configs: [{ tool: "PEFT", text: "r: 32" }] });
    expect(textOf(page)).toMatch(
      /Verdict: proven Rank 32 is enough \(proven within 1 point\)\. Whether ranks 8 and 16/,
    );
    expect(textOf(page)).toContain("To use rank 32,");
  });
  test("every chart has a table below it", () => {
    const page = renderReport(adequate());
    for (const name of ["Accuracy", "Log loss", "Differences", "Training loss", "Cost"]) {
      expect(page).toContain(`<summary>${name} as a table</summary>`);
    }
    expect(page.match(/<svg class="chart/g)?.length).toBe(2 + 1 + 5 + 5);
    expect(page.match(/<svg class="chart[^>]*role="img" aria-label="[^"]{20,}"/g)?.length).toBe(13);
  });
  test("means stand in the foot of a table, where sorting leaves them", () => {
    const feet = [...renderReport(probed()).matchAll(/<tfoot>(.*?)<\/tfoot>/gs)].map(([, foot = ""]) =>
      [...foot.matchAll(/<th scope="row"[^>]*>(\w+)/g)].map(([, head]) => head),
    );
    expect(feet.filter(([head]) => head === "mean")).toEqual([
      ["mean", "predicted", "interval"],
      ["mean", "predicted", "interval"],
    ]);
  });
  test("columns of words stand left, those of numbers right", () => {
    const [, heads = ""] = /<span>Runs without a usable outcome<.*?<thead>(.*?)<\/thead>/s.exec(
      renderReport(withFailures()),
    )!;
    const ofWords = [...heads.matchAll(/ class="words">([^<]+)/g)].map(([, head]) => head);
    expect(ofWords).toEqual(["Rank", "What happened", "Run"]);
  });
  test("a probe has panels and bars for the ranks that it trained alone, and counts its runs as planned", () => {
    const page = renderReport(probed());
    expect(page.match(/<svg class="chart loss"/g)?.length).toBe(3);
    expect(page.match(/<svg class="chart probe"/g)?.length).toBe(1);
    expect(textOf(page)).toContain("All 15 planned runs completed.");
  });
  test("log loss per token is said not to compare across tokenisers, for next-token prediction only", () => {
    const sentence = "is not comparable with a model that splits text into other tokens";
    expect(textOf(renderReport(causalLm()))).toContain(sentence);
    expect(textOf(renderReport(adequate()))).not.toContain(sentence);
  });
  test("the command is shown as it was given, line by line, and only when given", () => {
    expect(renderReport(empty(), { command: "lorank sweep \\\n  --ranks 4,8" })).toContain(
      '<code>lorank sweep \\\n  <span class="flag">--ranks</span> 4,8</code>',
    );
    expect(renderReport(empty())).not.toContain("<code>");
  });
  test("configs are folded, each to be pasted as it was given, and there only when given", () => {
    const text = "# it's <b>\nmodel:\n  lora_rank: 8\n\u202e";
    const page = renderReport(adequate(), { configs: [{ tool: "torchtune <1>", text }] });
    expect(page).toContain(
      '<details><summary>torchtune &lt;1></summary><div class="snippet" data-what="the torchtune &lt;1> config"><pre><code>',
    );
    expect(page).toContain("# it's &lt;b>\nmodel:\n  lora_rank: 8\n</code></pre>");
    expect(renderReport(adequate(), { configs: [] })).toBe(renderReport(adequate()));
    expect(textOf(renderReport(adequate()))).not.toContain("Use it");
  });
  test("the recommended rank's adapter stands with its configs, and the others with their runs", () => {
    const adapters = [8, 16].map((rank) => ({ rank, seed: 2, folder: `runs/<a>/adapters/r${rank}` }));
    const page = renderReport(adequate(), { adapters });
    expect(sectionText(adequate(), "verdict", { adapters })).toContain(
      "What to do next. See if the ranks keep their order at other learning rates (--robustness). To use rank 8, take its adapter",
    );
    expect(sectionText(adequate(), "use-it", { adapters })).toMatch(
      /rank 8 with seed 2: runs\/&lt;a>\/adapters\/r8 $/,
    );
    const runs = /<section id="runs"[\s\S]*?<\/table>/.exec(page)?.[0] ?? "";
    const rows = (runs.match(/<tr[\s\S]*?<\/tr>/g) ?? []).map(textOf);
    expect(rows.filter((row) => row.includes("adapters/")).map((row) => row.split(" ")[1])).toEqual([
      "8",
      "16",
    ]);
    const noted = adapters.map((one) => ({ ...one, note: `rank ${one.rank} <needs> 32` }));
    expect(sectionText(adequate(), "use-it", { adapters: noted })).toMatch(
      /adapters\/r8 rank 8 &lt;needs> 32 $/,
    );
    expect(textOf(renderReport(adequate()))).not.toMatch(/Run Adapter|Use it|take its adapter/);
  });
  test("a sweep without any result still makes a page", () => {
    const page = renderReport(empty());
    expect(textOf(page)).toContain("Verdict: no result ");
    expect(textOf(page)).not.toContain("The statistics behind this");
    expect(bodyOf(page)).not.toMatch(/NaN|Infinity|undefined|null/);
  });
});

describe("the file", () => {
  test("is the same for the same results", () => {
    expect(renderReport(extend())).toBe(renderReport(extend()));
  });
  test("does not change the results that it is given", () => {
    const before = JSON.stringify(extend());
    renderReport(extend());
    expect(JSON.stringify(extend())).toBe(before);
  });
  test("stays below 150 KB with the demo's 20 runs and below 1 MB with 200 of 1,000 steps", () => {
    const demo = makeResults({ ranks: [4, 8, 16, 32] });
    expect(demo.trials.length).toBe(20);
    const configs = Array.from({ length: 8 }, (_, tool) => ({ tool: `tool ${tool}`, text: "x".repeat(700) }));
    expect(Buffer.byteLength(renderReport(demo, { configs }))).toBeLessThan(150_000);
    expect(large().trials.length).toBe(200);
    expect(Buffer.byteLength(renderReport(large()))).toBeLessThan(1_000_000);
  });
  test("a page of any verdict holds no number that is not one", () => {
    const verdicts = [adequate, indistinguishable, inconclusive, extend, withFailures, causalLm];
    for (const scene of [...verdicts, probed, refutedProbe, raced, rateDecides]) {
      expect(bodyOf(renderReport(scene()))).not.toMatch(/NaN|Infinity|undefined/);
    }
  });
});

test("the notes of the table of ranks explain no column that it does not have", () => {
  const plain = adequate();
  expect(sectionText(plain, "ranks")).toMatch(/May lose: .* Peak memory: /);
  const trials = plain.trials.map((trial) => ({
    ...trial,
    measured: { ...trial.measured, peakResidentBytes: 0 },
  }));
  const ranks = plain.decision.ranks.map(({ shortfallBound: _, ...rank }) => rank);
  const bare = { ...plain, trials, decision: { ...plain.decision, ranks } };
  const text = sectionText(bare, "ranks");
  expect(text).not.toMatch(/May lose|Peak memory/);
  expect(text).toContain("Time: median over the seeds");
});

test("memory that was predicted stands beside what was measured", () => {
  const plain = adequate();
  const trials = plain.trials.map((trial) => ({
    ...trial,
    measured: { ...trial.measured, predictedResidentBytes: 345_000_000 },
  }));
  expect(textOf(renderReport(plain))).not.toContain("Peak memory, predicted");
  const text = textOf(renderReport({ ...plain, trials }));
  expect(text).toContain("Peak memory, predicted");
  expect(text).toContain("345 MB");
});

describe("another trainer that writes no more than it must", () => {
  test.each([
    ["a verdict", adequate],
    ["runs that failed", withFailures],
    ["a race", raced],
  ])("with %s has nothing on its page that was not given", (_, scene) => {
    const results = ofCommand(scene());
    expect(parseResults(JSON.parse(JSON.stringify(results)))).toEqual(results);
    const page = renderReport(results);
    expect(bodyOf(page)).not.toMatch(/.{60}(NaN|undefined|Infinity|\b0 (B|KB|MB)\b)/);
    const text = textOf(page);
    expect(text).toContain("Time of one run");
    for (const absent of [
      "Peak memory:",
      "Peak memory and time",
      "Optimiser",
      "Adapter file",
      "Log loss in nats",
    ])
      expect(text).not.toContain(absent);
  });

  test("says what it reports of its memory", () => {
    const results = ofCommand(adequate());
    const trials = results.trials.map((trial) => ({
      ...trial,
      measured: { ...trial.measured, peakResidentBytes: 4e9 },
    }));
    const text = textOf(renderReport({ ...results, trials }));
    expect(text).toContain("Peak memory: the largest that the trainer reports over the seeds.");
    expect(text).toMatch(/4\.00\sGB/);
  });
});
