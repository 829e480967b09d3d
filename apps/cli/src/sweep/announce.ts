import { formatCount, formatDecimalBytes } from "@lorank/core";
import type { Task } from "@lorank/core/results";
import { expectedTrials, extraTrials, type Plan, type SweepConfig } from "@lorank/sweep";
import type { Output } from "../output.ts";
import type { EarlierTrial } from "../progress/tally.ts";
import { quantizationName } from "../settings/quantization.ts";
import { counted, plainText, wholeNumber, wrap } from "../text.ts";
import type { PreparedSweep } from "./prepare.ts";
import type { RankCost } from "./rank-cost.ts";
import { searchedNames } from "./search.ts";
import type { PreparedTrials } from "./trials.ts";

/** Says what will run. `earlier`: trials that have a result from before. `inherited`: settings that the folder keeps. */
export function announce(
  prepared: PreparedSweep,
  earlier: readonly EarlierTrial[],
  inherited: readonly string[],
  output: Output,
): void {
  const { plan, out, device, run } = prepared;
  const { threads, trialsAtOnce } = run;
  const done = earlier.length;
  printFacts(
    [
      ...trialFacts(prepared),
      [
        "trials",
        `${trialsWords(prepared)}, ` +
          `${Math.min(trialsAtOnce, plan.specs.length)} side by side with ${counted(threads, "thread")} each` +
          (done > 0 ? `; ${done} done before` : ""),
      ],
      ["device", plainText(device.why)],
      resultsFact(out, inherited),
    ],
    output,
  );
  const moved = otherDevices(earlier, device.chose);
  if (moved !== undefined && done < plan.specs.length) output.note(`${moved}\n`);
  printCosts(prepared, output);
  printNotes(prepared, output);
  output.print();
}

/** Where results go. `inherited`: settings that the folder keeps. */
export function resultsFact(out: string, inherited: readonly string[]): Fact {
  return [
    "results",
    inherited.length === 0 ? out : `${out}, which says what was not given: ${inherited.join(", ")}`,
  ];
}

/** How many trials there will be: by the method, and for a robustness check. */
export function trialsWords({ plan }: { readonly plan: Plan }): string {
  const extra = extraTrials(plan).length;
  const words = methodWords(plan, expectedTrials(plan) - extra);
  return extra === 0 ? words : `${words}, and ${extra} for --robustness`;
}

/** `expected` of the plan's trials will have been run by its method. */
function methodWords(plan: Plan, expected: number): string {
  const { method, ranks, seeds } = plan.summary;
  const grid = `${counted(ranks.length, "rank")} × ${counted(seeds.length, "seed")}`;
  if (method === "race")
    return `at most ${plan.specs.length}: ${grid}, of which a race runs what it needs (0.4 to 0.7 of them in simulated sweeps)`;
  if (method === "probe") {
    return (
      `about ${expected} of the ${plan.specs.length} of a grid: rank ${ranks.at(-1)} under ${counted(expected / 2, "seed")}, ` +
      "cut to the smaller ranks, and the rank that looks adequate"
    );
  }
  return `${plan.specs.length}: ${grid}`;
}

/** What to know of trials that ran on another device than those to come will; undefined where there are none. */
export function otherDevices(
  earlier: readonly Pick<EarlierTrial, "device">[],
  chose: string | undefined,
): string | undefined {
  const others = earlier.flatMap(({ device = chose }) => (device === chose ? [] : [device]));
  if (chose === undefined || others.length === 0) return undefined;
  return (
    `Done before on ${[...new Set(others)].join(" and ")}: ${counted(others.length, "trial")}. The others run on ${chose}: ` +
    "the same numbers up to float32 rounding, not the same bytes. --device decides."
  );
}

export type Fact = readonly [name: string, words: string];

/** What all trials have in common: model, data, adapter and training. */
export function trialFacts(prepared: PreparedTrials): Fact[] {
  const { plan, toSearch, trainTokens, maxLength } = prepared;
  const { base, data, test, task } = plan.config;
  const weights = [
    base.kind === "random" ? "random weights" : "pretrained",
    ...(base.quantization ? [`kept in 4 bits (${quantizationName(base.quantization)})`] : []),
  ].join(", ");
  const noun = exampleNoun(task);
  return [
    ["model", `${plainText(plan.model.name)}, ${formatCount(plan.model.totalParams)} parameters, ${weights}`],
    [
      "data",
      `${plainText(data.name)}: ${counted(data.trainExamples, noun)} to train on (${formatCount(trainTokens)} tokens), ` +
        `${wholeNumber(data.validationExamples)} to validate on${test === undefined ? "" : `, ${wholeNumber(test.examples)} set aside for one test at the end`}; ` +
        `${noun}s up to ${counted(maxLength, "token")}`,
    ],
    ...learnedFacts(prepared),
    ...(task.kind === "classification"
      ? []
      : ([["task", "instruction tuning, with the loss on the response only"]] as const)),
    ["adapter", adapterWords(plan.config.lora)],
    ["training", trainingWords(plan.config, toSearch)],
  ];
}

/** What of the data is learned, and what of it is not. */
export function learnedFacts({
  plan,
  cut,
  classes,
}: Pick<PreparedTrials, "plan" | "cut" | "classes">): Fact[] {
  return [
    ...cut.notes.map((note) => ["cut", note] as const),
    ...(classes === undefined ? [] : [["classes", classWords(classes, plan.config.majorityShare)] as const]),
  ];
}

const FACT_INDENT = " ".repeat(10);

export function printFacts(facts: readonly Fact[], output: Output): void {
  const line = ([name, words]: Fact): string => {
    const wrapped = wrap(words, output.terminalColumns - FACT_INDENT.length).replaceAll(
      "\n",
      `\n${FACT_INDENT}`,
    );
    return `${output.colours.dim(name.padEnd(FACT_INDENT.length - 2))}  ${wrapped}`;
  };
  output.print(facts.map(line).join("\n"));
  output.print();
}

export function printCosts({ plan, costs }: PreparedTrials, output: Output): void {
  output.table<RankCost>(
    [
      { title: "rank", cell: ({ rank }) => String(rank) },
      { title: "trainable", cell: (cost) => formatCount(cost.trainableParams) },
      { title: "of the base", cell: (cost) => share(cost.trainableParams / plan.model.totalParams) },
      { title: "optimiser", cell: (cost) => formatDecimalBytes(cost.optimizerBytes) },
    ],
    costs,
  );
}

export function printNotes({ plan, notes }: PreparedTrials, output: Output): void {
  for (const note of notes) output.note(`\n${plainText(note)}`);
  if (plan.config.base.kind === "random") {
    output.note(
      "\nThe base is random: this is a control. Its adapters fit this one random base and no other model.",
    );
  }
}

/** `--dry-run --json`. */
export function planDocument(prepared: PreparedSweep): object {
  const { plan, costs, out, run, device, maxLength, cut, classes, portable, notes } = prepared;
  return {
    dryRun: true,
    out,
    model: plan.model,
    data: plan.data,
    method: plan.summary.method ?? "grid",
    trials: plan.specs.length,
    expectedTrials: expectedTrials(plan),
    trialsAtOnce: run.trialsAtOnce,
    threadsPerTrial: run.threads,
    device: device.why,
    ranks: costs,
    maxLength,
    ...learnedDocument({ cut, classes }),
    portable,
    config: plan.config,
    toSearch: searchedNames(prepared),
    notes,
  };
}

/** As {@link learnedFacts}, in a document of `--json`. */
export function learnedDocument({ cut, classes }: Pick<PreparedTrials, "cut" | "classes">): object {
  const { notes: _, ...counts } = cut;
  return { cut: counts, ...(classes === undefined ? {} : { classes }) };
}

/** One row of the data, by the task. */
export function exampleNoun(task: Task): string {
  return task.kind === "classification" ? "text" : "example";
}

function adapterWords({ alpha, scalingRule, dora, dropout, targetModules }: SweepConfig["lora"]): string {
  return [
    alpha.kind === "fixed"
      ? `alpha ${alpha.alpha} at every rank`
      : "alpha = rank (the size of a step grows with the rank)",
    scalingRule === "lora" ? "scaling alpha / rank" : "scaling alpha / √rank (rsLoRA)",
    ...(dora === true ? ["DoRA"] : []),
    ...(dropout > 0 ? [`dropout ${dropout}`] : []),
    `on ${targetModules.join(", ")}`,
  ].join(", ");
}

function trainingWords({ optimizer, compute }: SweepConfig, toSearch: PreparedTrials["toSearch"]): string {
  const { learningRate, loraPlusRatio, schedule, batchSize, epochs } = optimizer;
  return [
    "AdamW",
    `learning rate ${toSearch.learningRate ? `searched when the sweep runs (from ${learningRate})` : learningRate}`,
    ...(loraPlusRatio === undefined ? [] : [`LoRA+ (${loraPlusRatio} × for B)`]),
    schedule,
    `batches of ${batchSize}`,
    toSearch.epochs ? `epochs searched when the sweep runs (from ${epochs})` : counted(epochs, "epoch"),
    ...(compute === undefined ? [] : [`products in ${compute}`]),
  ].join(", ");
}

/** The first classes with their examples to train and to validate on. */
function classWords(classes: NonNullable<PreparedTrials["classes"]>, majority: number | undefined): string {
  const few = classes.length <= 6 ? classes : classes.slice(0, 5);
  const named = few.map(
    ({ label, train, validation }, i) =>
      `${label} (${wholeNumber(train)}${i === 0 ? " to train on" : ""}, ${wholeNumber(validation)}${i === 0 ? " to validate on" : ""})`,
  );
  const more = classes.length > few.length ? [`and ${classes.length - few.length} more`] : [];
  const guess =
    majority === undefined ? "" : `; always guessing the largest gives ${share(majority)} accuracy`;
  return `${plainText([...named, ...more].join(", "))}${guess}`;
}

function share(value: number): string {
  const percent = 100 * value;
  return `${percent < 1 ? percent.toPrecision(2) : percent.toFixed(1)} %`;
}
