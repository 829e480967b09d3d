import { describe, expect, test } from "vitest";
import { simulateOutcomes } from "../../src/decide/simulate.ts";
import { decideResults } from "../../src/index.ts";
import type { ArmAxis } from "../../src/schema/arm-types.ts";
import type { EngineResult, FailedTrial, MethodName, TrialResult } from "../../src/schema/types.ts";
import { randomStream } from "../../src/statistics/random.ts";
import { type ArmDecision, withArmNames } from "../../src/words/by-arm.ts";
import { claimsOf } from "../../src/words/claims-of.ts";
import { inBrief, inWords, nextSteps } from "../../src/words/in-words.ts";
import { rankRows } from "../../src/words/rank-rows.ts";
import type { ClaimInputs } from "../../src/words/sweep-claims.ts";
import { exampleResults, exampleTrial } from "../fixtures/results.ts";

const names = ["attention", "mlp r8", "all-linear"] as const;
type Name = (typeof names)[number];

const byCost: ArmAxis = { by: "arm", names, cost: { of: "trainable parameters", values: [3, 5, 5] } };
const { cost: _, ...withoutCosts } = byCost;

/** Arms of a simulated sweep; each is of rank 8. */
interface Sweep {
  readonly axis?: ArmAxis;
  readonly accuracies?: readonly number[];
  readonly seeds?: number;
  readonly examples?: number;
  readonly method?: MethodName;
  readonly margin?: number;
  /** Training losses by step. */
  readonly losses?: (arm: Name) => readonly number[];
  readonly rate?: (arm: Name) => number;
  readonly epochs?: (arm: Name) => number;
  /** Status of a run, or `missing`; a run is complete by default. */
  readonly status?: (arm: Name, seed: number) => TrialResult["status"] | "missing" | "failed";
  readonly majorityShare?: number;
  readonly hasLabels?: boolean;
  readonly answers?: true;
  /** Runs that are wrong on nine of ten examples. */
  readonly collapses?: (arm: Name, seed: number) => boolean;
  /** True if each arm has the outcomes of the first. */
  readonly copies?: true;
  /** Change of log losses by arm, in nats. */
  readonly moreLoss?: (arm: Name) => number;
}

const halved = (from: number, to: number): number[] =>
  Array.from({ length: 60 }, (_, i) => to + (from - to) / (1 + i / 2));

function sweepOf({
  axis = byCost,
  accuracies = [0.8, 0.8, 0.8],
  seeds = 3,
  examples = 400,
  method = "grid",
  margin = 0.02,
  losses = () => halved(0.7, 0.3),
  rate = () => 0.001,
  epochs = () => 1,
  status = () => "completed",
  majorityShare,
  hasLabels = false,
  answers,
  collapses = () => false,
  copies,
  moreLoss = () => 0,
}: Sweep): ClaimInputs & { readonly trials: readonly TrialResult[] } {
  const { cells } = simulateOutcomes({ ranks: [1, 2, 3], accuracies, seeds, examples }, 5);
  const { normal } = randomStream(8);
  const failures: FailedTrial[] = [];
  const trials = cells.flatMap((cell): EngineResult[] => {
    const { rank: arm, seed } = cell;
    const name = names[arm - 1]!;
    const { correct: drawn, logLoss } = copies ? cells[seed]! : cell;
    const correct = Array.from(drawn, (right, e) => (collapses(name, seed) && e % 10 > 0 ? 0 : right));
    const state = status(name, seed);
    if (state === "failed") failures.push({ rank: arm, seed, reason: "exit code 1" } as FailedTrial);
    if (state === "failed" || state === "missing") return [];
    const { evaluation: _, trainableParams, ...trial } = exampleTrial(8, seed);
    const logLosses = Array.from(logLoss!, (loss) => loss + moreLoss(name));
    const learningRate = rate(name);
    return [
      {
        ...trial,
        spec: {
          ...trial.spec,
          arm: name,
          optimizer: { ...trial.spec.optimizer, learningRate, epochs: epochs(name) },
          ...(answers ? { answers: { metric: "equals", maxNewTokens: 8 } as never } : {}),
        },
        // Trials without a size leave arms without costs.
        ...(axis.cost === undefined ? {} : { trainableParams }),
        status: state,
        ...(state === "diverged" ? { divergedAtStep: 9 } : {}),
        steps: losses(name).length,
        lossCurve: losses(name).map((loss, i) => ({
          step: i + 1,
          loss: loss + 0.002 * normal(),
          learningRate,
        })),
        ...(state === "completed"
          ? {
              evaluation: {
                accuracy: correct.reduce((sum, right) => sum + right, 0) / examples,
                logLoss: logLosses.reduce((sum, loss) => sum + loss, 0) / examples,
                correct,
                logLosses,
              },
            }
          : {}),
      } as EngineResult,
    ];
  });
  const { sweep: own, data } = exampleResults();
  const { majorityShare: _share, ...rest } = data;
  const sweep = {
    ...own,
    ...{ method, margin, axis, ranks: [1, 2, 3] },
    seeds: Array.from({ length: seeds }, (_, seed) => seed),
  };
  const known = {
    ...rest,
    ...(majorityShare === undefined ? {} : { majorityShare }),
    ...(hasLabels ? { validationLabels: Array.from({ length: examples }, (_, e) => e % 2) } : {}),
  };
  const decision = decideResults({ sweep, trials, failures, data: known });
  return { decision, trials, sweep, data: known, model: { name: "starter" } };
}

const unevenLosses = (arm: Name): number[] =>
  arm === "all-linear"
    ? Array.from({ length: 60 }, (_, i) => 0.9 - 0.1 * Math.log2(i + 1))
    : halved(0.7, 0.3);
const risen = (arm: Name): number[] =>
  arm === "mlp r8" ? Array.from({ length: 60 }, (_, i) => 0.7 + 0.1 * i) : halved(0.7, 0.3);
const flat = (): number[] => Array.from({ length: 60 }, () => 0.69);
const short = (): number[] => [0.7, 0.6];
const learnsNothing = { accuracies: [0.5, 0.5, 0.5], majorityShare: 0.5 } as const;
const testSet = { data: { test: { examples: 200 } } } as unknown as Pick<ClaimInputs, "data">;
const score = { accuracy: 0.8, interval: [0.75, 0.85], logLoss: 0.5, logLossInterval: [0.4, 0.6] };
const testScore = (rank: number): NonNullable<ClaimInputs["test"]> =>
  ({ rank, seeds: 3, examples: 200, ...score, validation: score, otherRanks: [2] }) as never;
const baseOf = (logLoss: number): NonNullable<ClaimInputs["untouchedBase"]> => ({
  accuracy: 0.5,
  correct: [1, 0],
  logLoss,
  logLosses: [logLoss, logLoss],
});

const alike = sweepOf({ margin: 0.05 });
const cases: readonly (readonly [name: string, results: ClaimInputs])[] = [
  ["equal arms", alike],
  ["arms that differ", sweepOf({ accuracies: [0.6, 0.8, 0.85], margin: 0.05 })],
  ["arms without costs", sweepOf({ axis: withoutCosts, accuracies: [0.7, 0.8, 0.75] })],
  ["a race", sweepOf({ method: "race", seeds: 8, accuracies: [0.5, 0.8, 0.8] })],
  ["a run that collapsed", sweepOf({ seeds: 5, collapses: (arm, seed) => arm === "mlp r8" && seed === 3 })],
  [
    "one arm that learned nothing",
    sweepOf({ accuracies: [0.5, 0.8, 0.8], majorityShare: 0.5, losses: short }),
  ],
  ["one arm no better than the class prior", sweepOf({ accuracies: [0.5, 0.8, 0.8], hasLabels: true })],
  ["one arm", sweepOf({ status: (arm) => (arm === "mlp r8" ? "completed" : "diverged") })],
  ["copies", sweepOf({ copies: true })],

  ["two learning rates", sweepOf({ rate: (arm) => (arm === "attention" ? 0.001 : 0.002) })],
  ["few steps", sweepOf({ losses: short, epochs: (arm) => (arm === "attention" ? 1 : 2) })],
  [
    "a loss that still falls",
    sweepOf({ losses: unevenLosses, epochs: (arm) => (arm === "attention" ? 2 : 1) }),
  ],
  ["a loss that rose", sweepOf({ losses: risen, accuracies: [0.8, 0.5, 0.8], majorityShare: 0.5 })],
  ["nothing learned, rate too high", sweepOf({ ...learnsNothing, losses: () => risen("mlp r8") })],
  ["nothing learned, too short", sweepOf({ ...learnsNothing, losses: short })],
  [
    "nothing learned, too short, unlike epochs",
    sweepOf({ ...learnsNothing, losses: short, epochs: (arm) => (arm === "attention" ? 1 : 2) }),
  ],
  [
    "nothing learned, memorising",
    sweepOf({ ...learnsNothing, losses: () => halved(0.7, 0.01), epochs: () => 4 }),
  ],
  ["nothing learned, unknown", sweepOf({ ...learnsNothing, losses: flat })],
  ["all diverged", sweepOf({ status: () => "diverged", rate: (arm) => (arm === "attention" ? 0.1 : 0.2) })],
  [
    "one diverged, one out of memory",
    sweepOf({
      status: (arm, seed) =>
        seed > 0 || arm === "attention" ? "completed" : arm === "mlp r8" ? "diverged" : "out-of-memory",
    }),
  ],
  ["an arm without results", sweepOf({ status: (arm) => (arm === "mlp r8" ? "missing" : "completed") })],
  [
    "a command that failed",
    sweepOf({ status: (arm, seed) => (arm === "mlp r8" && seed === 1 ? "failed" : "completed") }),
  ],
  ["one seed", sweepOf({ seeds: 1 })],
  [
    "answers",
    sweepOf({ answers: true, axis: withoutCosts, moreLoss: (arm) => (arm === "attention" ? 0.5 : 0) }),
  ],
  ["a test score", { ...alike, ...testSet, test: testScore(alike.decision.rank ?? 0) }],
  ["a test score of another arm", { ...alike, ...testSet, test: testScore(3) }],
  ["no test score", { ...alike, ...testSet }],
  ["no arm for the test", { ...sweepOf({ margin: 0.001 }), ...testSet }],
  ["an untouched base", { ...alike, untouchedBase: baseOf(2) }],
  ["a base that is better", { ...alike, untouchedBase: baseOf(0.01) }],
  [
    "data that overlap",
    {
      ...alike,
      data: {
        overlap: { validation: 3, ofTrainedGroups: 2, kept: true },
        sharedSources: { validation: 3, by: "words" },
      },
    },
  ],
];

/** Claims on ranks as such, or steps that a sweep over arms refuses. */
const ofRanksAlone = [
  ...["step-size", "gain-until", "better", "look-larger", "try-larger", "try-rates", "compare-rslora"],
  ...["rate-decides", "rate-flips", "rate-kept", "rate-unclear", "rate-breaks", "scaling-changes"],
];

describe.each(cases)("a sweep over arms: %s", (_, results) => {
  const claims = claimsOf(results);
  const steps = nextSteps(claims);

  test("no sentence speaks of ranks, and names with spaces are quoted", () => {
    const sentences = [
      ...claims.map((one) => inWords(one)),
      ...claims.map((one) => inBrief(one)),
      ...steps.map(({ words }) => words),
      results.decision.explanation,
    ];
    for (const words of sentences) {
      expect(words).not.toMatch(/rank/i);
      expect(words.replaceAll('"mlp r8"', "")).not.toMatch(/mlp/);
      expect(words).not.toMatch(/\(lorank sweep with \)|\(\)/);
    }
  });

  test("no claim is on ranks alone, and no step has a flag that arms refuse", () => {
    const kinds = claims.map(({ kind }) => kind);
    for (const kind of ofRanksAlone) expect(kinds).not.toContain(kind);
    const flags = steps.flatMap(({ change }) => change?.flags.flat() ?? []);
    for (const flag of ["--ranks", "--robustness", "--scaling", "--alpha", "auto"])
      expect(flags).not.toContain(flag);
  });

  test("the document has no member called a rank", () => {
    const { explanation: _, ...decision } = withArmNames(results.decision, results.decision);
    expect(JSON.stringify(decision)).not.toMatch(/rank/i);
  });
});

test("these sweeps bring about every claim that a sweep over arms may have beside a table's", () => {
  const kinds = new Set(cases.flatMap(([, results]) => claimsOf(results).map(({ kind }) => kind)));
  expect([...kinds].sort()).toMatchInlineSnapshot(`
    [
      "above-untrained",
      "arm-order",
      "basis",
      "behind-prior",
      "best-bet",
      "check-labels",
      "check-settings",
      "closest-to-prior",
      "collapsed",
      "complete-two-ranks",
      "copied-runs",
      "difference",
      "dropped",
      "excluded",
      "failed-runs",
      "fault",
      "few-steps",
      "group-overlap",
      "leave-out",
      "lower-rate",
      "needed",
      "no-design-settles",
      "no-difference",
      "no-test-score",
      "none-recommended",
      "nothing-learned",
      "one-rank",
      "one-rate",
      "one-seed",
      "other-metric",
      "overlap",
      "possible-loss",
      "proven",
      "race-course",
      "recommended",
      "retry-out-of-memory",
      "run-missing",
      "search-rate",
      "selection-inflation",
      "shared-sources",
      "starter-alone",
      "still-falling",
      "stuck",
      "test-score",
      "train-longer",
      "untouched-base",
      "worse",
    ]
  `);
});

const claimIn = (name: string, kind: string): object | undefined =>
  claimsOf(cases.find(([own]) => own === name)![1]).find((one) => one.kind === kind);

test("a setting is named only if all arms have it", () => {
  expect(claimIn("nothing learned, too short", "train-longer")).toMatchObject({ epochs: 2 });
  for (const name of ["few steps", "a loss that still falls", "nothing learned, too short, unlike epochs"])
    expect([name, claimIn(name, "train-longer")]).toEqual([name, expect.not.objectContaining({ epochs: 2 })]);
  expect(claimIn("nothing learned, rate too high", "lower-rate")).toMatchObject({ now: 0.001 });
  expect(claimIn("all diverged", "lower-rate")).not.toHaveProperty("now");
  expect(claimIn("equal arms", "one-rate")).toMatchObject({ rate: 0.001 });
  expect(claimIn("two learning rates", "one-rate")).toBeUndefined();
});

test("without costs the verdict by log loss names arms as the decision does", () => {
  const { decision } = sweepOf({
    axis: withoutCosts,
    accuracies: [0.6, 0.75, 0.9],
    margin: 0.05,
    answers: true,
    moreLoss: (arm) => (arm === "all-linear" ? 2 : 0),
  });
  const nameOf = (arm: number | null | undefined): string => decision.axis!.names[arm! - 1]!;
  expect(decision.axis!.names).toEqual(["all-linear", "mlp r8", "attention"]);
  expect(nameOf(decision.rank)).toBe("all-linear");
  const { rank, certifiedRank } = decision.byLogLoss!;
  expect([rank, certifiedRank].map(nameOf)).toEqual(["mlp r8", "mlp r8"]);
  expect((withArmNames(decision, decision) as ArmDecision).byLogLoss).toMatchObject({ arm: "mlp r8" });
});

test("rows are of arms, in the decision's order", () => {
  const results = sweepOf({ axis: withoutCosts, accuracies: [0.6, 0.75, 0.9] });
  const rows = rankRows(results);
  expect(rows.map(({ rank }) => results.decision.axis!.names[rank - 1])).toEqual([
    "all-linear",
    "mlp r8",
    "attention",
  ]);
  for (const { rank, completed } of rows)
    expect(completed.map(({ spec }) => spec.arm)).toEqual(
      Array.from({ length: 3 }, () => results.decision.axis!.names[rank - 1]),
    );
});
