import { InputError } from "@lorank/core";
import { checked } from "../checks/finds.ts";
import { withClassColumns } from "../decide/class-columns.ts";
import { type ClassPrior, priorOfLabels, priorOfShare } from "../decide/class-prior-loss.ts";
import { assertNoCondition, withLimits } from "../decide/conditions/of-sweep.ts";
import type { OutcomeTable } from "../decide/outcomes.ts";
import { outcomesFromTrials } from "../decide/outcomes-from-trials.ts";
import { type RankCost, withRates } from "../decide/returns.ts";
import type { DecideOptions } from "../decide/settings.ts";
import { numbersIn, parametersCost } from "../schema/arm-axis.ts";
import type { ArmAxis } from "../schema/arm-types.ts";
import type { DecisionFacts } from "../schema/decision-facts.ts";
import { groupsOn } from "../schema/group-numbers.ts";
import { defaultMetric, metricOf, metrics } from "../schema/metric.ts";
import type {
  BestBet,
  Decision,
  MethodName,
  Results,
  SpecMembers,
  TrialResult,
  Truncation,
  VerdictWithout,
} from "../schema/types.ts";
import { decideOutcomes } from "./grid/decide.ts";
import { decideProbe } from "./probe/decide.ts";
import { decideRace, nextRaceLook } from "./race/decide.ts";

type KnownClasses = Pick<Results["data"], "majorityShare" | "validationLabels">;

type KnownExamples = KnownClasses & Pick<Results["data"], "validationGroups">;

type SweepSettings = Pick<
  Results["sweep"],
  "method" | "ranks" | "axis" | "seeds" | "metric" | "margin" | "confidence" | "secondary"
>;

export type DecidableResults = Pick<
  Results,
  "trials" | "failures" | "truncations" | "otherRates" | "otherScaling"
> & {
  readonly data?: KnownExamples;
  readonly sweep: SweepSettings;
  readonly decision?: Pick<Decision, "earlier">;
};

/** Decides by a sweep's own settings or `options`, and adds the checks' findings. */
export function decideSweep(results: DecidableResults, options: DecideOptions = {}): DecisionFacts {
  const { sweep, failures, truncations = [], otherRates = [], otherScaling, data = {} } = results;
  const { method = "grid", ranks, seeds } = sweep;
  const { majorityShare, validationGroups, validationLabels } = data;
  const trials = withClassColumns(results.trials, options.metric ?? sweep.metric, validationLabels);
  const axis = sweep.axis && withCosts(sweep.axis, trials);
  const spec: SpecMembers | undefined = trials[0]?.spec;
  const classes = spec?.task?.kind === "classification" ? { classes: spec.task.labels } : {};
  const outcomesOf = (of: readonly TrialResult[], known: KnownExamples): OutcomeTable => {
    const table = outcomesFromTrials(of, known.validationGroups, failures, { axis });
    return { ...table, ...classes, prior: priorOf(known, spec, table.examples) };
  };
  const outcomes = outcomesOf(trials, data);
  const runs = { outcomes, truncations, ranks, seeds };
  const secondary = withLimits(sweep.secondary, options.secondary);
  if (method !== "grid") assertNoCondition(secondary, method);
  const settings = { ...settingsFor(sweep, options.metric), ...options, secondary };
  const decision = methods[method].decide(runs, settings);
  const { returns } = decision;
  const hasAnswers = trials.some(({ spec }) => "answers" in spec);
  const costed = returns ? { returns: withRates(returns, costsOfTrials(trials)) } : {};
  const decideOn = (of: readonly TrialResult[], examples: readonly number[]): VerdictWithout => {
    const found = decideOutcomes(outcomesOf(of, knownOn(data, examples)), settings);
    return verdictIn(decision.axis, found);
  };
  return checked(
    {
      ...decision,
      ...costed,
      ...(hasAnswers ? byLogLoss(method, runs, settings, decision.axis) : {}),
      ...earlierVerdict(results.decision, options),
    },
    {
      ...{ trials, otherRates, otherScaling, majorityShare, validationGroups },
      // Runs of other methods were chosen by their scores at the end.
      ...(method === "grid" ? { decideOn } : {}),
    },
  );
}

/** Facts on some of the examples. */
function knownOn(
  { majorityShare, validationLabels, validationGroups }: KnownExamples,
  examples: readonly number[],
): KnownExamples {
  return {
    ...(majorityShare === undefined ? {} : { majorityShare }),
    ...(validationLabels ? { validationLabels: examples.map((example) => validationLabels[example]!) } : {}),
    ...(validationGroups ? { validationGroups: groupsOn(validationGroups, examples) } : {}),
  };
}

/** Verdict in the file by an earlier schema's rule; undefined if settings changed. */
function earlierVerdict(
  stored: DecidableResults["decision"],
  { metric, margin, confidence }: DecideOptions,
): Pick<Decision, "earlier"> {
  const isOwn = [metric, margin, confidence].every((setting) => setting === undefined);
  return isOwn && stored?.earlier !== undefined ? { earlier: stored.earlier } : {};
}

/** Verdict by log loss, for sweeps whose generated answers decide; its arms have the numbers that they have in `axis`. */
function byLogLoss(
  method: MethodName,
  runs: MethodRuns,
  { metric = defaultMetric, confidence }: DecideOptions,
  axis: DecisionFacts["axis"],
): Pick<DecisionFacts, "byLogLoss"> {
  if (metricOf(metric).column === "logLoss") return {};
  const { name } = metrics["log-loss"];
  const options = { metric: name, ...(confidence === undefined ? {} : { confidence }) };
  return { byLogLoss: verdictIn(axis, methods[method].decide(runs, options)) };
}

/** Another decision's verdict, whose arms get their numbers in `axis`: without costs arms are ordered by their means. */
function verdictIn(
  axis: DecisionFacts["axis"],
  { verdict, rank, certifiedRank = null, bestBet, axis: own }: DecisionFacts,
): VerdictWithout {
  const numberOf = numbersIn(axis, own);
  const known = (arm: number | null): number | null => (arm === null ? null : numberOf(arm));
  const bet = bestBet && { bestBet: renumberedBet(bestBet, numberOf) };
  return { verdict, rank: known(rank), certifiedRank: known(certifiedRank), ...bet };
}

function renumberedBet(bet: BestBet, numberOf: (rank: number) => number): BestBet {
  const { oneMoreSeed: more } = bet;
  const seed = more && { oneMoreSeed: { ...more, ranks: more.ranks.map(numberOf).sort((a, b) => a - b) } };
  return { ...bet, rank: numberOf(bet.rank), ...seed };
}

function settingsFor(
  { metric, margin, confidence }: SweepSettings,
  another: DecideOptions["metric"] = metric,
): DecideOptions {
  return { metric, confidence, ...(another === metric ? { margin } : {}) };
}

/** Class prior; undefined for causal-lm, and without completed trials. */
function priorOf(
  { validationLabels: labels, majorityShare: share }: KnownClasses,
  spec: SpecMembers | undefined,
  examples: number,
): ClassPrior | undefined {
  if (examples === 0) return undefined;
  if (labels !== undefined) {
    if (labels.length === examples) return priorOfLabels(labels);
    const got = `got ${labels.length} and ${examples}`;
    throw new InputError("E_OUTCOMES", `validationLabels must be as many as the outcomes of a trial, ${got}`);
  }
  const task = spec?.task;
  return share === undefined || task?.kind !== "classification"
    ? undefined
    : priorOfShare(share, task.labels.length, examples);
}

/** Arms with their trainable parameters as costs, if they have none and their trials report them. */
function withCosts(axis: ArmAxis, trials: readonly TrialResult[]): ArmAxis {
  if (axis.cost !== undefined) return axis;
  const values = axis.names.flatMap((name) => {
    const own = trials.filter(({ spec, status }) => spec.arm === name && status === "completed");
    const counts = new Set(own.map(({ trainableParams }) => trainableParams));
    const [count] = counts;
    return counts.size === 1 && count !== undefined ? [count] : [];
  });
  return values.length === axis.names.length ? { ...axis, cost: { of: parametersCost, values } } : axis;
}

/** Costs by rank, without seconds: these vary, and decisions on equal outcomes must be equal. */
export function costsOfTrials(trials: readonly TrialResult[]): RankCost[] {
  const byRank = new Map(
    trials.map(({ spec, trainableParams, adapterBytes }) => [
      spec.lora.rank,
      {
        rank: spec.lora.rank,
        ...(trainableParams === undefined ? {} : { params: trainableParams }),
        ...(adapterBytes === undefined ? {} : { adapterBytes }),
      },
    ]),
  );
  return [...byRank.values()].sort((a, b) => a.rank - b.rank);
}

export interface MethodRuns {
  readonly outcomes: OutcomeTable;
  readonly truncations: readonly Truncation[];
  readonly ranks: readonly number[];
  readonly seeds: readonly number[];
}

interface MethodDecision {
  readonly decide: (runs: MethodRuns, options: DecideOptions) => DecisionFacts;
  /** Seed count at the method's next look; absent if claims hold only at the end. */
  readonly nextLook?: typeof nextRaceLook;
}

const methods: Readonly<Record<MethodName, MethodDecision>> = {
  grid: { decide: ({ outcomes }, options) => decideOutcomes(outcomes, options) },
  probe: {
    decide: ({ outcomes, truncations, ranks, seeds }, options) =>
      decideProbe(outcomes, truncations, { ...options, ranks, seeds }),
  },
  race: {
    decide: ({ outcomes, ranks, seeds }, options) => decideRace(outcomes, { ...options, ranks, seeds }),
    nextLook: nextRaceLook,
  },
};

/** Seed count at the method's next look; undefined if there is no look before the end. */
export function nextLook(method: MethodName, ...soFar: Parameters<typeof nextRaceLook>): number | undefined {
  return methods[method].nextLook?.(...soFar);
}
