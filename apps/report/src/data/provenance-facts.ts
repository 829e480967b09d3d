import type { BaseWeights, Results, TrialResult } from "@lorank/core/results";
import { count, integer, listInWords, plural, significant } from "../format.ts";
import { percent } from "../words.ts";
import { distinct, settingByRank } from "./varying.ts";

export type Fact = readonly [term: string, value: string];

/** Where the numbers come from, group by group; what differs between ranks is said by rank. */
export function provenanceFacts(
  results: Results,
): readonly (readonly [group: string, facts: readonly Fact[]])[] {
  const groups: readonly (readonly [string, readonly Fact[]])[] = [
    ["Model", modelFacts(results)],
    ["Data", dataFacts(results)],
    ["LoRA", loraFacts(results.trials)],
    ["Optimiser", optimizerFacts(results.trials)],
    ["Sweep", sweepFacts(results)],
    ["Software and machine", machineFacts(results)],
  ];
  return groups.filter(([, facts]) => facts.length > 0);
}

function modelFacts({ model, trials }: Results): Fact[] {
  return [
    ["Name", model.name],
    [
      "Parameters",
      `${count(model.totalParams)}, ${plural(model.layers, "layer")}, hidden size ${integer(model.hiddenSize)}`,
    ],
    ...present("Weights", listInWords(distinct(trials, (trial) => baseInWords(trial.spec.base)))),
  ];
}

function baseInWords(base: BaseWeights): string {
  const origin =
    base.kind === "pretrained"
      ? `pretrained, SHA-256 ${base.sha256.slice(0, 16)}…`
      : `random from seed ${base.seed}, config SHA-256 ${base.configSha256.slice(0, 16)}…`;
  if (!base.quantization) return origin;
  const { format, blockSize, doubleQuant } = base.quantization;
  return `${origin}, kept in 4 bits (${format.toUpperCase()}, blocks of ${blockSize}${doubleQuant ? ", double quantisation" : ""})`;
}

function dataFacts({ data, trials }: Results): Fact[] {
  const task = trials[0]?.spec.task;
  const labels = task?.kind === "classification" ? task.labels : [];
  return [
    ["Name", data.name],
    ["Training examples", integer(data.trainExamples)],
    ["Validation examples", integer(data.validationExamples)],
    ...present(
      "Most frequent class",
      data.majorityShare === undefined ? "" : `${(data.majorityShare * 100).toFixed(1)}% of validation`,
    ),
    ...present(
      "Task",
      task === undefined ? "" : task.kind === "causal-lm" ? "next-token prediction" : "classification",
    ),
    ...present("Classes", shortList(labels, 8)),
    ...present(
      "File",
      listInWords(distinct(trials, (trial) => `SHA-256 ${trial.spec.data.sha256.slice(0, 16)}…`)),
    ),
  ];
}

function loraFacts(trials: readonly TrialResult[]): Fact[] {
  return [
    ...present(
      "Alpha",
      settingByRank(trials, (trial) => significant(trial.spec.lora.alpha)),
    ),
    ...present(
      "Scaling",
      settingByRank(trials, (trial) =>
        trial.spec.lora.scalingRule === "lora" ? "alpha / rank" : "alpha / √rank (rsLoRA)",
      ),
    ),
    ...present(
      "Dropout",
      settingByRank(trials, (trial) => String(trial.spec.lora.dropout)),
    ),
    // Named only where it is used: a trial without DoRA is plain LoRA.
    ...present(
      "DoRA",
      trials.some((trial) => trial.spec.lora.dora === true)
        ? settingByRank(trials, (trial) => (trial.spec.lora.dora === true ? "yes, a magnitude a row" : "no"))
        : "",
    ),
    ...present(
      "Target modules",
      settingByRank(trials, (trial) => shortList(trial.spec.lora.targetModules, 12)),
    ),
  ];
}

function optimizerFacts(trials: readonly TrialResult[]): Fact[] {
  const by = (read: (spec: TrialResult["spec"]["optimizer"]) => string) =>
    settingByRank(trials, (trial) => read(trial.spec.optimizer));
  return [
    ...present(
      "Method",
      by((o) => `AdamW, β₁ ${o.beta1}, β₂ ${o.beta2}, ε ${o.epsilon}, weight decay ${o.weightDecay}`),
    ),
    ...present(
      "Learning rate",
      by((o) => `${o.learningRate}, ${o.schedule}, warm-up ${percent(o.warmupRatio)} of steps`),
    ),
    ...present(
      "LoRA+",
      trials.some((trial) => trial.spec.optimizer.loraPlusRatio !== undefined)
        ? by((o) => (o.loraPlusRatio === undefined ? "no" : `B learns ${o.loraPlusRatio} times as fast as A`))
        : "",
    ),
    ...present(
      "Products",
      trials.some((trial) => trial.spec.compute !== undefined)
        ? settingByRank(trials, (trial) => `computed in ${trial.spec.compute ?? "float32"}`)
        : "",
    ),
    ...present(
      "Gradient norm",
      by((o) => (o.maxGradientNorm === 0 ? "not clipped" : `clipped at ${o.maxGradientNorm}`)),
    ),
    ...present(
      "Batch",
      by((o) => `${plural(o.batchSize, "example")} a step, ${integer(o.microBatchSize)} at a time`),
    ),
    ...present(
      "Epochs",
      by((o) => String(o.epochs)),
    ),
    ...present(
      "Steps",
      settingByRank(trials, (trial) => integer(trial.steps)),
    ),
  ];
}

function sweepFacts({ sweep, trials }: Results): Fact[] {
  return [
    ["Name", sweep.name],
    ["Ranks", listInWords(sweep.ranks)],
    ["Seeds", shortList(sweep.seeds.map(String), 12)],
    ["Trials at once", `${integer(sweep.trialsAtOnce)}, ${plural(sweep.threadsPerTrial, "thread")} each`],
    ...packFacts(trials),
    ...packChoiceFacts(sweep.packChoice),
  ];
}

/** Memory and time of packed trials are not those of trials alone. */
function packFacts(trials: readonly TrialResult[]): Fact[] {
  const most = trials.reduce((max, { measured }) => Math.max(max, measured.packedTrials ?? 1), 1);
  if (most === 1) return [];
  return [["Packed", `up to ${most} trials a process: memory is of all, time is each one's share`]];
}

/** What was measured before it was decided whether trials share a process. */
function packChoiceFacts(choice: Results["sweep"]["packChoice"]): Fact[] {
  const [alone, ...packs] = choice?.measured ?? [];
  if (choice === undefined || alone === undefined || packs.length === 0) return [];
  const shares = packs.map(
    ({ trials, secondsPerTrialStep }) =>
      `${trials} trials ${(secondsPerTrialStep / alone.secondsPerTrialStep).toFixed(2)}`,
  );
  return [["Time of packs", `${listInWords(shares)} of the time of separate trials, on ${choice.device}`]];
}

function machineFacts({ trials }: Results): Fact[] {
  const by = (read: (from: TrialResult["measured"]["provenance"]) => string) =>
    shortList(
      distinct(trials, (trial) => read(trial.measured.provenance)),
      4,
    );
  const finished = trials.map((trial) => trial.measured.provenance.finishedAt).sort();
  return [
    ...present(
      "LoRAnk",
      by((from) => from.lorank),
    ),
    ...present(
      "Node",
      by((from) => from.node),
    ),
    ...present(
      "Runtime",
      by((from) => from.runtime),
    ),
    ...present(
      "Device",
      by((from) => from.device),
    ),
    ...present(
      "Threads of a run",
      by((from) => integer(from.threads)),
    ),
    ...present("Last run finished", minuteOf(finished.at(-1) ?? "")),
  ];
}

/** `2026-11-24T18:18:05.123Z` as `2026-11-24 18:18 UTC`; any other text as it is. */
function minuteOf(time: string): string {
  return time.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):[\d.]+Z$/, "$1 $2 UTC");
}

function present(term: string, value: string): Fact[] {
  return value === "" ? [] : [[term, value]];
}

/** Up to `most` entries, then how many more there are. */
function shortList(items: readonly string[], most: number): string {
  return items.length <= most
    ? items.join(", ")
    : `${items.slice(0, most).join(", ")} and ${items.length - most} more`;
}
