import { formatCount, formatDecimalBytes } from "@lorank/core";
import type { Output } from "../output.ts";
import { renderTable } from "../table.ts";
import { counted, plainText, wholeNumber } from "../text.ts";
import type { PreparedSweep } from "./prepare.ts";
import type { RankCost } from "./rank-cost.ts";

/** Says what will run. `done`: trials that have a result from before. */
export function announce(prepared: PreparedSweep, done: number, output: Output): void {
  const { plan, costs, jobs, threads, trainTokens, out } = prepared;
  const { config } = plan;
  const { optimizer, lora, base, data } = config;
  const weights = base.kind === "random" ? "random weights" : "pretrained";
  const alpha = lora.alpha.kind === "fixed" ? `alpha ${lora.alpha.alpha} at every rank` : "alpha = rank";
  const facts: [string, string][] = [
    ["model", `${plan.model.name}, ${formatCount(plan.model.totalParams)} parameters, ${weights}`],
    [
      "data",
      `${plainText(data.name)}: ${wholeNumber(data.trainExamples)} texts to train on (${formatCount(trainTokens)} tokens), ` +
        `${wholeNumber(data.validationExamples)} to validate on`,
    ],
    [
      "classes",
      classWords(
        plan.config.task.kind === "classification" ? plan.config.task.labels : [],
        config.majorityShare,
      ),
    ],
    ["adapter", `${alpha}, ${lora.scalingRule}, on ${lora.targetModules.join(", ")}`],
    [
      "training",
      `AdamW, learning rate ${optimizer.learningRate}, ${optimizer.schedule}, batches of ${optimizer.batchSize}, ` +
        counted(optimizer.epochs, "epoch"),
    ],
    [
      "trials",
      `${plan.specs.length}: ${counted(costs.length, "rank")} × ${counted(plan.summary.seeds.length, "seed")}, ` +
        `${Math.min(jobs, plan.specs.length)} side by side with ${counted(threads, "thread")} each` +
        (done > 0 ? `; ${done} done before` : ""),
    ],
    ["results", out],
  ];
  output.print(facts.map(([name, words]) => `${output.colours.dim(name.padEnd(8))}  ${words}`).join("\n"));
  output.print();
  output.print(
    renderTable<RankCost>(
      [
        { title: "rank", cell: ({ rank }) => String(rank) },
        { title: "trainable", cell: (cost) => formatCount(cost.trainableParams) },
        { title: "of the base", cell: (cost) => share(cost.trainableParams / plan.model.totalParams) },
        { title: "optimiser", cell: (cost) => formatDecimalBytes(cost.optimizerBytes) },
      ],
      costs,
      { title: output.colours.dim },
    ),
  );
  for (const note of prepared.notes) output.note(`\n${plainText(note)}`);
  if (base.kind === "random") {
    output.note(
      "\nThe base is random: this is a control. Its adapters fit this one random base and no other model.",
    );
  }
  output.print();
}

/** `--dry-run --json`. */
export function planDocument({ plan, costs, out, jobs, threads, notes }: PreparedSweep): unknown {
  return {
    dryRun: true,
    out,
    model: plan.model,
    data: plan.data,
    trials: plan.specs.length,
    trialsAtOnce: jobs,
    threadsPerTrial: threads,
    ranks: costs,
    config: plan.config,
    notes,
  };
}

function classWords(labels: readonly string[], majority: number | undefined): string {
  const few = labels.length <= 6 ? labels : [...labels.slice(0, 5), `and ${labels.length - 5} more`];
  const guess =
    majority === undefined ? "" : `; always guessing the largest gives ${share(majority)} accuracy`;
  return `${plainText(few.join(", "))}${guess}`;
}

function share(value: number): string {
  const percent = 100 * value;
  return `${percent < 1 ? percent.toPrecision(2) : percent.toFixed(1)} %`;
}
