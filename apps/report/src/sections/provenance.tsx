/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { adapterKinds, counted, firstOf, kindOf, listInWords } from "@lorank/core";
import type { BaseWeights, OptimizerSpec, SpecMembers, TrialResult } from "@lorank/evidence/results";
import { comparedIn } from "../compared.ts";
import { whereAll } from "../data/selected.ts";
import { distinct, engineTrials, mostListed, settingByRank } from "../data/varying.ts";
import { count, integer, minuteOf, percent, shortHash, significant } from "../format.ts";
import { Section, Snippet } from "../parts/section.tsx";
import { SourceTable } from "../parts/source-table.tsx";
import { isSweep, isWhole, type Reported } from "../reported.ts";

/** Origin of the numbers, and the command to make them again. */
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
      {results.sources && <SourceTable sources={results.sources} whereAll={whereAll(results)} />}
      {command && (
        <>
          <h3>To make this again</h3>
          <Snippet what="the command" text={command} />
        </>
      )}
    </Section>
  );
}

/** Fact for the provenance table; left out if the value is empty. */
type Fact = readonly [term: string, value: string];

/** Facts on where the numbers come from, by group; settings that differ stand by rank. */
export function provenanceFacts(results: Reported): [group: string, facts: readonly Fact[]][] {
  const groups: [string, readonly Fact[]][] = [
    ["Model", modelFacts(results)],
    ["Trainer", trainerFacts(results.trials)],
    [isSweep(results) ? "Data" : "Outcomes", dataFacts(results)],
    ["LoRA", loraFacts(results.trials)],
    ["Optimiser", optimizerFacts(results.trials)],
    ["Sweep", sweepFacts(results)],
    ["Software and machine", machineFacts(results)],
  ];
  return groups
    .map(([group, facts]): [string, Fact[]] => [group, facts.filter(([, value]) => value !== "")])
    .filter(([, facts]) => facts.length > 0);
}

function modelFacts({ model, trials }: Reported): Fact[] {
  if (model === undefined) return [];
  const { name, totalParams, layers, hiddenSize } = model;
  return [
    ["Name", name],
    ["Parameters", `${count(totalParams)}, ${counted(layers, "layer")}, hidden size ${integer(hiddenSize)}`],
    ["Weights", listInWords(distinct(engineTrials(trials), ({ spec }) => baseInWords(spec.base)))],
  ];
}

function trainerFacts(trials: readonly TrialResult[]): Fact[] {
  const specs: readonly SpecMembers[] = trials.map(({ spec }) => spec);
  const trainer = specs.find((spec) => spec.trainer)?.trainer;
  if (trainer === undefined) return [];
  const files = trainer.files.map(({ path, sha256 }) => `${path}, ${shortHash(sha256)}`);
  return [
    ["Command", trainer.command.join(" ")],
    ["Evaluation", trainer.evaluate?.join(" ") ?? ""],
    ["Files", files.join("; ")],
  ];
}

function baseInWords(base: BaseWeights): string {
  const origin =
    base.kind === "pretrained"
      ? `pretrained, ${shortHash(base.sha256)}`
      : `random from seed ${base.seed}, config ${shortHash(base.configSha256)}`;
  if (!base.quantization) return origin;
  const { format, blockSize, doubleQuant } = base.quantization;
  return `${origin}, kept in 4 bits (${format.toUpperCase()}, blocks of ${blockSize}${doubleQuant ? ", double quantisation" : ""})`;
}

function dataFacts({ data, trials, decision, sources = [] }: Reported): Fact[] {
  const engine = engineTrials(trials);
  const task = engine[0]?.spec.task;
  const { majorityShare: share } = data;
  return [
    ["Name", data.name ?? ""],
    ["Files", sources.length > 1 ? integer(sources.length) : ""],
    ["File", sources.length === 1 ? shortHash(sources[0]!.sha256) : ""],
    [
      "Last changed",
      minuteOf(
        sources
          .map(({ modified = "" }) => modified)
          .sort()
          .at(-1) ?? "",
      ),
    ],
    ...comparedIn(decision).facts,
    ["Training examples", data.trainExamples === undefined ? "" : integer(data.trainExamples)],
    ["Validation examples", data.validationExamples === 0 ? "" : integer(data.validationExamples)],
    ["Most frequent class", share === undefined ? "" : `${(share * 100).toFixed(1)}% of validation`],
    [
      "Task",
      task === undefined ? "" : task.kind === "causal-lm" ? "next-token prediction" : "classification",
    ],
    ["Classes", task?.kind === "classification" ? firstOf(task.labels, 8) : ""],
    ["File", listInWords(distinct(engine, ({ spec }) => shortHash(spec.data.sha256)))],
  ];
}

function loraFacts(all: readonly TrialResult[]): Fact[] {
  const trials = engineTrials(all);
  return [
    [
      "Alpha",
      settingByRank(all, ({ spec: { lora } }) => (lora.alpha === undefined ? "" : significant(lora.alpha))),
    ],
    [
      "Scaling",
      settingByRank(all, ({ spec: { lora } }) => (lora.scalingRule ? scalings[lora.scalingRule] : "")),
    ],
    ["Dropout", settingByRank(trials, ({ spec }) => String(spec.lora.dropout))],
    // Kinds are named only where used: otherwise an adapter is plain LoRA.
    ...Object.values(adapterKinds).map((kind): Fact => {
      const isOf = ({ spec }: (typeof trials)[number]) => kindOf(spec.lora) === kind;
      const words = () => settingByRank(trials, (trial) => (isOf(trial) ? `yes, ${kind.adds}` : "no"));
      return [kind.name, trials.some(isOf) ? words() : ""];
    }),
    ["Target modules", settingByRank(trials, ({ spec }) => firstOf(spec.lora.targetModules, 12))],
  ];
}

const scalings = { lora: "alpha / rank", rslora: "alpha / √rank (rsLoRA)" } as const;

function optimizerFacts(all: readonly TrialResult[]): Fact[] {
  const trials = engineTrials(all);
  const by = (read: (optimizer: OptimizerSpec) => string) =>
    settingByRank(trials, ({ spec }) => read(spec.optimizer));
  const ratios = by((o) =>
    o.loraPlusRatio === undefined ? "no" : `B learns ${o.loraPlusRatio} times as fast as A`,
  );
  const products = settingByRank(trials, ({ spec }) => `computed in ${spec.compute ?? "float32"}`);
  return [
    [
      "Method",
      by((o) => `AdamW, β₁ ${o.beta1}, β₂ ${o.beta2}, ε ${o.epsilon}, weight decay ${o.weightDecay}`),
    ],
    [
      "Learning rate",
      settingByRank(all, ({ spec: { optimizer } }) =>
        "schedule" in optimizer
          ? `${optimizer.learningRate}, ${optimizer.schedule}, warm-up ${percent(optimizer.warmupRatio)} of steps`
          : String(optimizer.learningRate ?? ""),
      ),
    ],
    ["LoRA+", trials.some(({ spec }) => spec.optimizer.loraPlusRatio !== undefined) ? ratios : ""],
    ["Products", trials.some(({ spec }) => spec.compute !== undefined) ? products : ""],
    [
      "Gradient norm",
      by((o) => (o.maxGradientNorm === 0 ? "not clipped" : `clipped at ${o.maxGradientNorm}`)),
    ],
    ["Batch", by((o) => `${counted(o.batchSize, "example")} a step, ${integer(o.microBatchSize)} at a time`)],
    ["Epochs", settingByRank(all, ({ spec: { optimizer } }) => String(optimizer.epochs ?? ""))],
    ["Steps", settingByRank(all, ({ steps }) => (steps === undefined ? "" : integer(steps)))],
  ];
}

/** Facts on a sweep: name, method, ranks, seeds. Other outcomes have theirs in the tables above. */
function sweepFacts(results: Reported): Fact[] {
  if (!isSweep(results)) return [];
  const { name, method = "grid", ranks, seeds, trialsAtOnce, threadsPerTrial } = results.sweep;
  const threads = threadsPerTrial === undefined ? "" : `, ${counted(threadsPerTrial, "thread")} each`;
  return [
    ["Name", name],
    ["Method", method],
    ["Ranks", ranks.length > mostListed ? firstOf(ranks, mostListed) : listInWords(ranks)],
    ["Seeds", firstOf(seeds, 12)],
    ["Trials at once", isWhole(results) ? integer(trialsAtOnce) + threads : ""],
  ];
}

function machineFacts({ trials }: Reported): Fact[] {
  const all = trials.map(({ measured }) => measured.provenance);
  const by = (read: (from: (typeof all)[number]) => string) =>
    firstOf([...new Set(all.map(read))].filter(Boolean), 4);
  const finished = all.map(({ finishedAt }) => finishedAt).sort();
  return [
    ["LoRAnk", by((from) => from.lorank)],
    [all.some(({ node }) => /^v\d/.test(node)) ? "Node" : "Browser", by((from) => from.node)],
    ["Runtime", by((from) => from.runtime)],
    ["Device", by((from) => from.device ?? "")],
    ["Threads of a run", by((from) => (from.threads === undefined ? "" : integer(from.threads)))],
    ["Last run finished", minuteOf(finished.at(-1) ?? "")],
  ];
}
