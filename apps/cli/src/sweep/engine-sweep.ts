import { modelConfig } from "@lorank/checkpoint";
import { modelAt } from "@lorank/checkpoint/files";
import { listInWords } from "@lorank/core";
import {
  comparedIn,
  type SearchSummary,
  type SpecMembers,
  searchedKeys,
  searchedNames,
} from "@lorank/evidence/results";
import { type RunOptions, runOptions, type SweepPlan } from "@lorank/sweep";
import { earlierSearch, type FoundSettings, plannedSearch, searchSettings } from "@lorank/sweep/engine";
import { plannedTrials } from "@lorank/sweep/folder";
import type { MemoryPrediction } from "@lorank/train";
import { decodeDataset } from "@lorank/train/data";
import { defaults } from "../defaults.ts";
import { buildHere, pickDevice } from "../device.ts";
import type { TrialDevice } from "../executors/executor.ts";
import { executorNamed } from "../executors/executors.ts";
import { checkpointInterval } from "../flags/kinds.ts";
import { resolveModelPath } from "../model/resolve.ts";
import { withExamplesOf } from "../settings/saved-settings.ts";
import type { SettingsOf } from "../settings/table.ts";
import { diskUse } from "./out-folder.ts";
import type { Machine, MachineRequest, PrepareRequest, ReadySweep, Searched } from "./ready-sweep.ts";
import { learnedDocument, type PreparedTrials, prepareTrials, trialFacts, trialNotes } from "./trials.ts";

/** Prepares a sweep with LoRAnk's engine. Throws as {@link prepareTrials} and, unless dry, as {@link pickDevice}. */
export async function prepareEngine({
  settings: requested,
  earlier,
  dryRun,
  run,
  output,
}: PrepareRequest): Promise<ReadySweep> {
  const settings = earlier === undefined ? requested : withExamplesOf(earlier, requested);
  const { threads = defaults.threads, "checkpoint-every": every } = settings;
  const trials = await prepareTrials(settings, output, { runsJudge: !dryRun });
  const device = await deviceOf(settings, threads, dryRun);
  const options = runOptions({
    threads,
    device: device.chose,
    trialsAtOnce: executorNamed(settings).sideBySide(settings, trials.plan.specs.length),
    maxAttempts: settings["max-attempts"],
    maxSeconds: settings["max-time"],
    checkpointEvery: every === undefined ? undefined : checkpointInterval(every),
    ...run,
  });
  return engineSweep({ ...trials, device, out: settings.out ?? defaults.out, run: options });
}

/** Queue worker's settings for LoRAnk's engine: model, device, threads. Throws as {@link pickDevice}. */
export async function engineMachine({ settings, flags, output }: MachineRequest): Promise<Machine> {
  const { jobs, threads = defaults.threads, device = defaults.device, compute = defaults.compute } = flags;
  const modelPath = await resolveModelPath(flags.model ?? settings.model ?? defaults.model, output);
  const { chose, why } = await pickDevice({ device, threads, compute });
  return {
    place: { resources: { modelPath, datasetFile: "", threads, device: chose } },
    trialsAtOnce: runOptions({ threads, device: chose, trialsAtOnce: jobs }).trialsAtOnce,
    why,
  };
}

interface EngineSweep extends PreparedTrials {
  readonly device: TrialDevice;
  readonly out: string;
  readonly run: RunOptions;
}

function engineSweep(prepared: EngineSweep): ReadySweep {
  const { plan, out, run, device, portable, sizes, cut, classes, notes, toSearch } = prepared;
  const { base, data, task } = plan.config;
  const names = searchedKeys.filter((name) => toSearch[name]).map((name) => searchedNames[name]);
  const withSearch = ({ plan, search }: FoundSettings): ReadySweep =>
    engineSweep({
      ...prepared,
      plan,
      toSearch: {},
      notes: [...notes, ...searchWords(search)],
    });
  const sweep: ReadySweep = {
    inputs: prepared,
    plan,
    out,
    run,
    portable,
    facts: trialFacts(prepared),
    notes: trialNotes(prepared),
    toSearch: names,
    costs: {
      search: plannedSearch(toSearch, plan.config),
      threads: run.threads,
      device,
      sizes: { baseParams: plan.model.totalParams, ranks: sizes },
      disk: diskUse(prepared),
      data: {
        trainExamples: plan.data.trainExamples,
        validationExamples: plan.data.validationExamples,
        validationLimit: prepared.validationLimit,
        task,
        adapter: plan.config.lora,
      },
      predictMemory: () => predictMemory(prepared),
    },
    differenceFrom(spec) {
      const other: SpecMembers = spec;
      if (other.base === undefined || other.data === undefined)
        return "The results are of another trainer: their noise may not be this sweep's.";
      const others = [
        ...(other.data.sha256 === data.sha256 ? [] : [`data (${other.data.name})`]),
        ...(JSON.stringify(other.base) === JSON.stringify(base) ? [] : [`a base (${other.base.name})`]),
      ];
      if (others.length === 0) return undefined;
      return `The results are of other ${others.join(" and of ")} than this plan: their noise may not be this sweep's.`;
    },
    document: {
      dryRun: true,
      out,
      model: plan.model,
      data: plan.data,
      method: plan.summary.method ?? "grid",
      trials: plan.specs.length,
      expectedTrials: plannedTrials(plan).expected,
      trialsAtOnce: run.trialsAtOnce,
      threadsPerTrial: run.threads,
      device: device.why,
      ranks: sizes,
      maxLength: prepared.maxLength,
      ...learnedDocument({ cut, classes }),
      portable,
      config: plan.config,
      toSearch: names,
      notes,
    },
    learned: learnedDocument({ cut, classes }),
    fitsRandomBase: base.kind === "random",
    costWords: () => "Peak memory is of a trial's whole process, time the median of the completed trials.",
    scoreWords: task.kind === "classification" ? undefined : responseWords(plan.config),
    withEarlierSearch(extend) {
      if (names.length === 0) return sweep;
      const found = earlierSearch(out, plan, toSearch, extend);
      return found === undefined ? sweep : withSearch(found);
    },
    async search(folder, output): Promise<Searched> {
      if (names.length === 0) return { status: "found", sweep };
      output.note(`Searching for the ${listInWords(names)}, on training examples alone.`);
      const outcome = await searchSettings(prepared, toSearch, folder, run);
      if (outcome.status !== "found") return outcome;
      for (const words of searchWords(outcome.search)) output.page.say(words);
      output.page.print();
      return { status: "found", sweep: withSearch(outcome) };
    },
  };
  return sweep;
}

function responseWords({ answers }: SweepPlan["config"]): string {
  if (answers !== undefined)
    return `Accuracy is the mean of ${answers.metric} over the generated answers, log loss that over the tokens of the responses.`;
  return "Accuracy is the share of a response's tokens predicted right, log loss the mean over them; both are means over examples.";
}

function searchWords(search: SearchSummary): string[] {
  return searchedKeys.flatMap((name) => {
    const found = search[name];
    return found === undefined ? [] : [found.explanation, ...found.notes];
  });
}

async function deviceOf(
  settings: SettingsOf<"sweep">,
  threads: number,
  dryRun: boolean,
): Promise<TrialDevice> {
  const { device = defaults.device, compute = defaults.compute } = settings;
  const elsewhere = executorNamed(settings).device?.(device);
  if (elsewhere !== undefined) return elsewhere;
  if (!dryRun) return pickDevice({ device, threads, compute });
  return { chose: undefined, why: `${device}: chosen and tested when the sweep runs; ${await buildHere()}` };
}

/** Memory in bytes of a trial's process run from TypeScript, 153 to 166 MB. Source: PROCESS_BYTES in @lorank/train. */
const processBytes = import.meta.url.endsWith(".ts") ? 160e6 : undefined;

async function predictMemory({ plan, modelPath, dataset }: PreparedTrials): Promise<MemoryPrediction[]> {
  const { predictTrialMemory } = await import("@lorank/train");
  const { config } = modelConfig(modelAt(modelPath));
  const data = decodeDataset(dataset);
  const { numberOf } = comparedIn(plan.summary);
  const predictions: MemoryPrediction[] = [];
  for (const rank of plan.summary.ranks) {
    const spec = plan.specs.find((one) => numberOf(one) === rank)!;
    predictions.push({ ...(await predictTrialMemory(spec, { config, data, processBytes })), rank });
  }
  return predictions;
}
