/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import {
  adapterKinds,
  type BaseWeights,
  kindOf,
  type OptimizerSpec,
  percent,
  type SpecMembers,
  type TrialResult,
} from "@lorank/core/results";
import { distinct, engineTrials, settingByRank } from "../data/varying.ts";
import { count, integer, listInWords, plural, significant } from "../format.ts";
import { Section, Snippet } from "../parts/section.tsx";
import { isSweep, type Reported } from "../reported.ts";

/** Origin of the numbers, and the command that makes them again. */
export function Provenance(props: { readonly results: Reported; readonly command?: string }) {
  const { results, command } = props;
  return (
    <Section id="provenance" title="Where these numbers come from">
      <div class="provenance">
        {provenanceFacts(results).map(([title, facts]) => (
          <div key={title}>
            <h3>{title}</h3>
            <dl>
              {facts.map(([term, value]) => (
                <div key={term}>
                  <dt>{term}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          </div>
        ))}
      </div>
      {command && (
        <>
          <h3>To make this again</h3>
          <Snippet what="the command" text={command} />
        </>
      )}
    </Section>
  );
}

/** Facts on the origin of the numbers by group; settings that differ between ranks stand by rank. */
export function provenanceFacts(
  results: Reported,
): readonly (readonly [group: string, facts: readonly Fact[]])[] {
  const groups: readonly (readonly [string, readonly Fact[]])[] = [
    ["Model", modelFacts(results)],
    ["Trainer", trainerFacts(results.trials)],
    [isSweep(results) ? "Data" : "Outcomes", dataFacts(results)],
    ["LoRA", loraFacts(results.trials)],
    ["Optimiser", optimizerFacts(results.trials)],
    ["Sweep", sweepFacts(results)],
    ["Software and machine", machineFacts(results)],
  ];
  return groups.filter(([, facts]) => facts.length > 0);
}

function modelFacts({ model, trials }: Reported): Fact[] {
  if (model === undefined) return [];
  return [
    ["Name", model.name],
    [
      "Parameters",
      `${count(model.totalParams)}, ${plural(model.layers, "layer")}, hidden size ${integer(model.hiddenSize)}`,
    ],
    ...present(
      "Weights",
      listInWords(distinct(engineTrials(trials), (trial) => baseInWords(trial.spec.base))),
    ),
  ];
}

/** The commands of another trainer, and the files that they name. */
function trainerFacts(trials: readonly TrialResult[]): Fact[] {
  const specs: readonly SpecMembers[] = trials.map(({ spec }) => spec);
  const trainer = specs.find((spec) => spec.trainer)?.trainer;
  if (trainer === undefined) return [];
  const files = trainer.files.map(({ path, sha256 }) => `${path}, SHA-256 ${sha256.slice(0, 16)}…`);
  return [
    ["Command", trainer.command.join(" ")],
    ...present("Evaluation", trainer.evaluate?.join(" ") ?? ""),
    ...present("Files", files.join("; ")),
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

function dataFacts({ data, trials }: Reported): Fact[] {
  const engine = engineTrials(trials);
  const task = engine[0]?.spec.task;
  const labels = task?.kind === "classification" ? task.labels : [];
  return [
    ...present("Name", data.name ?? ""),
    ...present("Training examples", data.trainExamples === undefined ? "" : integer(data.trainExamples)),
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
      listInWords(distinct(engine, (trial) => `SHA-256 ${trial.spec.data.sha256.slice(0, 16)}…`)),
    ),
  ];
}

/** A decision on other outcomes has its ranks and seeds in the tables above. */
function sweepFacts(results: Reported): Fact[] {
  if (!isSweep(results)) return [];
  const { sweep } = results;
  return [
    ["Name", sweep.name],
    ["Method", sweep.method ?? "grid"],
    ["Ranks", listInWords(sweep.ranks)],
    ["Seeds", shortList(sweep.seeds.map(String), 12)],
    [
      "Trials at once",
      integer(sweep.trialsAtOnce) +
        (sweep.threadsPerTrial === undefined ? "" : `, ${plural(sweep.threadsPerTrial, "thread")} each`),
    ],
  ];
}

function machineFacts({ trials }: Reported): Fact[] {
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
      trials.some(({ measured }) => /^v\d/.test(measured.provenance.node)) ? "Node" : "Browser",
      by((from) => from.node),
    ),
    ...present(
      "Runtime",
      by((from) => from.runtime),
    ),
    ...present(
      "Device",
      by((from) => from.device ?? ""),
    ),
    ...present(
      "Threads of a run",
      by((from) => (from.threads === undefined ? "" : integer(from.threads))),
    ),
    ...present("Last run finished", minuteOf(finished.at(-1) ?? "")),
  ];
}

/** `2026-11-24T18:18:05.123Z` as `2026-11-24 18:18 UTC`; any other text as it is. */
function minuteOf(time: string): string {
  return time.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):[\d.]+Z$/, "$1 $2 UTC");
}

/** Settings of the adapters. */
export function loraFacts(all: readonly TrialResult[]): Fact[] {
  const trials = engineTrials(all);
  return [
    ...present(
      "Alpha",
      settingByRank(all, ({ spec: { lora } }) => (lora.alpha === undefined ? "" : significant(lora.alpha))),
    ),
    ...present(
      "Scaling",
      settingByRank(all, ({ spec: { lora } }) => (lora.scalingRule ? scalingInWords[lora.scalingRule] : "")),
    ),
    ...present(
      "Dropout",
      settingByRank(trials, (trial) => String(trial.spec.lora.dropout)),
    ),
    // A kind is named only where it is used: without one an adapter is plain LoRA.
    ...Object.values(adapterKinds).flatMap((kind) => {
      const isOf = ({ spec }: (typeof trials)[number]) => kindOf(spec.lora) === kind;
      const words = () => settingByRank(trials, (trial) => (isOf(trial) ? `yes, ${kind.adds}` : "no"));
      return present(kind.name, trials.some(isOf) ? words() : "");
    }),
    ...present(
      "Target modules",
      settingByRank(trials, (trial) => shortList(trial.spec.lora.targetModules, 12)),
    ),
  ];
}

const scalingInWords = { lora: "alpha / rank", rslora: "alpha / √rank (rsLoRA)" } as const;

/** Settings of the training. */
export function optimizerFacts(all: readonly TrialResult[]): Fact[] {
  const trials = engineTrials(all);
  const by = (read: (optimizer: OptimizerSpec) => string) =>
    settingByRank(trials, (trial) => read(trial.spec.optimizer));
  return [
    ...present(
      "Method",
      by((o) => `AdamW, β₁ ${o.beta1}, β₂ ${o.beta2}, ε ${o.epsilon}, weight decay ${o.weightDecay}`),
    ),
    ...present(
      "Learning rate",
      settingByRank(all, ({ spec: { optimizer } }) =>
        "schedule" in optimizer
          ? `${optimizer.learningRate}, ${optimizer.schedule}, warm-up ${percent(optimizer.warmupRatio)} of steps`
          : String(optimizer.learningRate ?? ""),
      ),
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
      settingByRank(all, ({ spec: { optimizer } }) => String(optimizer.epochs ?? "")),
    ),
    ...present(
      "Steps",
      settingByRank(all, ({ steps }) => (steps === undefined ? "" : integer(steps))),
    ),
  ];
}

export type Fact = readonly [term: string, value: string];

/** The fact, unless there is nothing to say. */
export function present(term: string, value: string): Fact[] {
  return value === "" ? [] : [[term, value]];
}

/** Up to `most` entries, then how many more there are. */
export function shortList(items: readonly string[], most: number): string {
  return items.length <= most
    ? items.join(", ")
    : `${items.slice(0, most).join(", ")} and ${items.length - most} more`;
}
