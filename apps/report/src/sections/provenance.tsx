/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { counted, firstOf, listInWords } from "@lorank/core";
import type { BaseWeights, SpecMembers, TrialResult } from "@lorank/evidence/results";
import { type ShownCompared, shownCompared } from "../compared.ts";
import { whereAll } from "../data/selected.ts";
import { loraSettings, optimizerSettings, ownSettings } from "../data/trial-settings.ts";
import { distinct, engineTrials, isVarying, mostListed, type Setting, valueByRank } from "../data/varying.ts";
import { count, integer, minuteOf, shortHash } from "../format.ts";
import { Section, Snippet } from "../parts/section.tsx";
import { SourceTable } from "../parts/source-table.tsx";
import { isSweep, isWhole, type Reported } from "../reported.ts";
import { ArmSettings } from "./arm-settings.tsx";

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
      <ArmSettings results={results} />
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

/** Facts on where the numbers come from, by group; settings that differ stand by rank, those of arms in a table. */
export function provenanceFacts(results: Reported): [group: string, facts: readonly Fact[]][] {
  const { trials } = results;
  const compared = shownCompared(results.decision);
  const groups: [string, readonly Fact[]][] = [
    ["Model", modelFacts(results)],
    ["Trainer", [...trainerFacts(trials), ...settingFacts(ownSettings(trials, compared), compared)]],
    [isSweep(results) ? "Data" : "Outcomes", dataFacts(results)],
    ["LoRA", settingFacts(loraSettings(trials, compared), compared)],
    ["Optimiser", settingFacts(optimizerSettings(trials, compared), compared)],
    ["Sweep", sweepFacts(results, compared)],
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

function dataFacts(results: Reported): Fact[] {
  const { data, trials, decision, sources = [] } = results;
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
    ...(isSweep(results) ? [] : shownCompared(decision).facts),
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

/** Facts on settings. In which arms differ, their table says. */
function settingFacts(settings: readonly Setting[], { isNamed }: ShownCompared): Fact[] {
  const shown = isNamed ? settings.filter((setting) => !isVarying(setting)) : settings;
  return shown.map((setting) => [setting.term, valueByRank(setting)]);
}

/** Facts on a sweep: name, method, ranks, seeds. Other outcomes have theirs in the tables above. */
function sweepFacts(results: Reported, { isNamed, title, cost }: ShownCompared): Fact[] {
  if (!isSweep(results)) return [];
  const { name, method = "grid", ranks, seeds, trialsAtOnce, threadsPerTrial } = results.sweep;
  const listed = ranks.length > mostListed ? firstOf(ranks, mostListed) : listInWords(ranks);
  const threads = threadsPerTrial === undefined ? "" : `, ${counted(threadsPerTrial, "thread")} each`;
  return [
    ["Name", name],
    ["Method", method],
    [title, isNamed ? integer(ranks.length) : listed],
    ["Cost", isNamed ? (cost?.of ?? "unknown") : ""],
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
