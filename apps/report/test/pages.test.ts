// Whole pages as a reader sees them, one a state. A change of words or numbers is read in the files of `snapshots/`.
import { decide } from "@lorank/evidence";
import { outcomesFromTrials } from "@lorank/evidence/methods";
import { scoresOf } from "@lorank/evidence/results";
import { expect, test } from "vitest";
import { type Reported, type ReportOptions, renderLive, renderReport } from "../src/index.ts";
import { answered } from "./fixtures/answered.ts";
import { armNames, armSweep, commandArms, liveArms, plannedArms, racedArms } from "./fixtures/arm-sweeps.ts";
import { modelsByCost, modelsWithoutCosts } from "./fixtures/arms.ts";
import { liveRace, liveState } from "./fixtures/live-state.ts";
import {
  adequate,
  causalLm,
  nothingLearned,
  probed,
  raced,
  rateDecides,
  withFailures,
} from "./fixtures/scenes.ts";
import { search } from "./fixtures/search.ts";
import { testScore, withTest } from "./fixtures/test-score.ts";
import { visibleText } from "./fixtures/visible-text.ts";

const snapshot = (name: string): string => `snapshots/${name}.txt`;

/** The decision on a sweep's runs as another trainer's table has them. */
function outcomes(): Reported {
  const { sweep, trials } = withFailures();
  const decision = decide(outcomesFromTrials(trials), { margin: sweep.margin });
  const runs = trials.flatMap(({ spec, evaluation }) =>
    evaluation ? [{ rank: spec.lora.rank, seed: spec.seed, ...scoresOf(evaluation, "accuracy") }] : [],
  );
  return {
    ...{ sweep: { name: "outcomes.csv", ranks: sweep.ranks, seeds: [] }, decision, runs, trials: [] },
    data: { name: "outcomes.csv", validationExamples: decision.examples },
    sources: [{ name: "outcomes.csv", sha256: "0123456789abcdef".repeat(4) }],
  };
}

const whole: ReportOptions = {
  command: "lorank sweep demo.yaml --ranks 2,4,8",
  configs: [{ tool: "PEFT", text: "LoraConfig(\n    r=8,\n)\n" }],
  adapters: [8, 16].map((rank) => ({ rank, seed: 2, folder: `runs/adapters/r${rank}` })),
};

/** These sections of a page, in its order. */
function sectionsOf(page: string, ids: string): string {
  const [, ...sections] = page.replace(/<\/main>[\s\S]*/, "").split(/(?=<section id=")/);
  const isShown = (section: string) => ids.split(" ").includes(/id="([^"]*)"/.exec(section)![1]!);
  return sections.filter(isShown).join("");
}

test("the report of a whole sweep", async () => {
  await expect(visibleText(renderReport(adequate(), whole))).toMatchFileSnapshot(snapshot("adequate"));
});

test("the report of another trainer's outcomes", async () => {
  await expect(visibleText(renderReport(outcomes()))).toMatchFileSnapshot(snapshot("outcomes"));
});

test("the report of models by their cost", async () => {
  await expect(visibleText(renderReport(modelsByCost()))).toMatchFileSnapshot(snapshot("arms"));
});

test("the report of a sweep over arms", async () => {
  const adapters = armNames.map((arm, i) => ({ arm, rank: 4, seed: 2, folder: `runs/adapters/${i + 1}` }));
  const page = renderReport(armSweep(), { ...whole, adapters });
  await expect(visibleText(page)).toMatchFileSnapshot(snapshot("arm-sweep"));
});

test.each<[name: string, results: () => Reported, sections: string]>([
  ["race", raced, "verdict ranks race differences runs"],
  ["probe", probed, "verdict ranks probe quality differences runs"],
  [
    "rates",
    () => ({ ...rateDecides(), sweep: { ...rateDecides().sweep, search } }),
    "verdict robustness convergence search",
  ],
  ["log-loss", causalLm, "verdict ranks quality differences returns provenance"],
  ["failures", withFailures, "verdict notices ranks quality loss cost runs provenance"],
  ["nothing-learned", nothingLearned, "verdict notices ranks quality"],
  ["arms-without-costs", modelsWithoutCosts, "verdict notices arms quality differences selection"],
  ["arm-race", racedArms, "verdict race runs"],
  ["arm-commands", commandArms, "verdict arms quality cost runs provenance"],
  ["answers", () => withTest(answered(), testScore), "ranks answers test"],
])("what differs in the report of: %s", async (name, results, sections) => {
  const page = sectionsOf(renderReport(results()), sections);
  await expect(visibleText(page)).toMatchFileSnapshot(snapshot(name));
});

test.each([
  ["live-grid", liveState()],
  ["live-race", liveRace()],
  ["live-arms", liveArms()],
  ["live-arms-planned", plannedArms()],
])("the page of a sweep that runs: %s", async (name, state) => {
  const page = renderLive(state, { events: "/events", stop: "/stop" });
  await expect(visibleText(page.replace(/<section id="loss"[\s\S]*(?=<footer)/, ""))).toMatchFileSnapshot(
    snapshot(name),
  );
});
