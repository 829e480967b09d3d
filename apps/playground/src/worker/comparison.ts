import { type ModelSource, peftAdapterFiles } from "@lorank/checkpoint";
import type { EngineResult, EngineSpec, TrialResult } from "@lorank/evidence/results";
import { unobserved } from "@lorank/evidence/schema";
import type { Runtime } from "@lorank/graph";
import starterPackage from "@lorank/starter/package.json";
import { gridResults, planPrepared, type SweepPlan } from "@lorank/sweep/browser";
import type { ReadData } from "@lorank/tables";
import {
  type CheckpointStore,
  type LabelledParts,
  loadDataset,
  prepareTraining,
  runTrial,
  type TrialEvent,
  type TrialHost,
} from "@lorank/train/browser";
import { trialId } from "@lorank/train/spec";
import type { FromWorker, Planned, Saved } from "../protocol.ts";
import { type Device, labelOf, type PlaygroundSettings } from "../settings.ts";
import { type DeviceChoice, deviceOf, type FirstSteps, fasterDevice } from "./faster-device.ts";
import { type Gate, gated } from "./gate.ts";
import { openData, openModel } from "./inputs.ts";
import { openRuntime, threads } from "./runtime.ts";
import type { Store } from "./store.ts";

/** Seconds between checkpoints: tabs are closed easily. */
const CHECKPOINT_SECONDS = 20;

/** Training steps to time on a device; the first compiles. */
const FIRST_STEPS = 5;

type Say = (message: FromWorker) => void;

/**
 * Runs the missing trials in a comparison, one after another, and decides at the end.
 *
 * @throws the reason of the gate's stop; InputError for what is wrong with the settings, the data or the model.
 */
export async function runComparison(store: Store, saved: Saved, gate: Gate, say: Say): Promise<void> {
  try {
    gate.signal.throwIfAborted();
    say({ kind: "preparing", text: "Loading the engine, the model and the data" });
    const opening = openRuntime("wasm");
    const { plan, source, dataset, notes, rows } = await prepare(store, saved, say);
    await opening;
    const ids = plan.specs.map(trialId);
    await store.keepOnly(new Set(ids));
    const results: TrialResult[] = [];
    for (const id of ids) results.push(...[await store.result(id)].filter((one) => one !== undefined));
    const firstStepsOn = async (device: Device) => {
      say({ kind: "preparing", text: "Timing the first steps on WebAssembly and on the GPU" });
      const runtime = gated(await openRuntime(device), gate);
      return firstSteps(plan.specs[0]!, { model: source, dataset, runtime: () => runtime, threads, host });
    };
    const { device, why } = await deviceFor(saved.asked.device, results, firstStepsOn);
    const runtime = gated(await openRuntime(device), gate);
    say({ kind: "prepared", planned: { ...planned(plan, ids, notes), rows, device: why }, results });
    const checkpoints = await store.checkpoints();
    const means = { source, dataset, runtime, gate, checkpoints };
    const isDone = new Set(results.map((result) => result.trialId));
    for (const [i, spec] of plan.specs.entries()) {
      const id = ids[i]!;
      if (isDone.has(id)) continue;
      const result = await runOne(store, spec, id, means, say);
      for (const name of checkpoints.names()) checkpoints.remove(name);
      results.push(result);
      say({ kind: "finished", result });
    }
    const done = gridResults(plan, results, { threadsPerTrial: threads, trialsAtOnce: 1 });
    await store.save({ ...saved, state: "done" });
    say({ kind: "done", results: done });
  } finally {
    store.closeFiles();
  }
}

/** Device for all trials in a comparison, also after a reload. */
async function deviceFor(
  requested: Device,
  [done]: readonly TrialResult[],
  firstStepsOn: (device: Device) => Promise<FirstSteps>,
): Promise<DeviceChoice> {
  if (requested === "wasm") return { device: "wasm" };
  return done === undefined ? fasterDevice(firstStepsOn) : { device: deviceOf(done) };
}

async function firstSteps(spec: EngineSpec, inputs: Parameters<typeof runTrial>[1]): Promise<FirstSteps> {
  const losses: number[] = [];
  const times: number[] = [];
  const enough = new AbortController();
  const onEvent = (event: TrialEvent): void => {
    if (event.kind !== "step") return;
    losses.push(event.loss);
    times.push(performance.now() / 1000);
    if (event.step === Math.min(FIRST_STEPS, event.steps)) enough.abort();
  };
  await runTrial(unobserved(spec), inputs, onEvent, { signal: enough.signal }).catch((error: unknown) => {
    if (error !== enough.signal.reason) throw error;
  });
  return { losses, seconds: Math.min(...times.slice(1).map((time, i) => time - times[i]!)) };
}

async function prepare(store: Store, saved: Saved, say: Say) {
  const { model, source } = await openModel(store, saved);
  const { data, readData } = await openData(store, saved);
  say({ kind: "preparing", text: "Splitting the texts into tokens" });
  const { device: _, ...chosen } = saved.asked;
  const all = await countsOf(chosen, data, readData);
  const counts =
    saved.dataName === undefined
      ? { testExamples: 0 }
      : {
          trainExamples: Math.min(chosen.trainExamples, all.train),
          validationExamples: Math.min(chosen.validationExamples, all.validation),
        };
  const settings = { ...chosen, model, data, optionName: labelOf, ...counts };
  const prepared = await prepareTraining(settings, chosen.ranks, { findModel: () => source, readData });
  const plan = planPrepared(settings, prepared);
  const notes = [...prepared.notes, ...prepared.cut.notes, ...plan.notes];
  const { trainExamples, validationExamples } = plan.config.data;
  const rows = { used: trainExamples + validationExamples, all: all.train + all.validation };
  return { plan, source, dataset: prepared.dataset, notes, rows };
}

/** Counts of training and validation examples that the data gives in the default split. */
async function countsOf(
  { trainExamples: _, validationExamples: __, ...chosen }: Omit<PlaygroundSettings, "device">,
  data: string | LabelledParts,
  readData: ReadData,
): Promise<{ readonly train: number; readonly validation: number }> {
  if (typeof data !== "string") return { train: data.train.length, validation: data.validation.length };
  const { inputs } = await loadDataset({ ...chosen, data, optionName: labelOf }, readData);
  const [train = 0, validation = 0] = inputs.parts.map(({ length }) => length);
  return { train, validation };
}

function planned(
  plan: SweepPlan,
  ids: readonly string[],
  notes: readonly string[],
): Omit<Planned, "rows" | "device"> {
  const { summary: sweep, model, data } = plan;
  const trials = plan.specs.map(({ lora: { rank }, seed }, i) => {
    return { trialId: ids[i]!, name: `r${rank}-s${seed}`, rank, seed };
  });
  return { empty: { sweep, model, data, trials: [] }, trials, notes };
}

interface Means {
  readonly source: ModelSource;
  readonly dataset: Uint8Array;
  readonly runtime: Runtime;
  readonly gate: Gate;
  readonly checkpoints: CheckpointStore;
}

async function runOne(
  store: Store,
  spec: EngineSpec,
  id: string,
  { source, dataset, runtime, gate, checkpoints }: Means,
  say: Say,
): Promise<EngineResult> {
  say({ kind: "started", trialId: id });
  const paused = { train: 0, evaluate: 0 };
  let counted = gate.pausedMs;
  const count = (part: keyof typeof paused): void => {
    paused[part] += gate.pausedMs - counted;
    counted = gate.pausedMs;
  };
  const onEvent = (event: TrialEvent): void => {
    if (event.kind === "step") count("train");
    if (event.kind === "point") count("evaluate");
    say({ kind: "progress", trialId: id, event });
  };
  const inputs = { model: source, dataset, runtime: () => runtime, threads, host };
  const { result, adapter } = await runTrial(spec, inputs, onEvent, {
    checkpoints: { store: checkpoints, every: { seconds: CHECKPOINT_SECONDS } },
    signal: gate.signal,
  });
  count("evaluate");
  const whole = { ...withoutPauses(result, paused), trialId: id };
  const npm = { packageName: starterPackage.name, version: starterPackage.version, folder: "model" };
  await store.keep(whole, peftAdapterFiles(adapter, source.path === "starter" ? npm : undefined));
  return whole;
}

/** Trial result with pauses subtracted from the seconds. */
function withoutPauses<Result extends Pick<EngineResult, "measured" | "status">>(
  result: Result,
  paused: { readonly train: number; readonly evaluate: number },
): Result {
  if (result.status !== "completed") return result;
  const { seconds } = result.measured;
  const [train, evaluate] = [paused.train / 1000, paused.evaluate / 1000];
  return {
    ...result,
    measured: {
      ...result.measured,
      seconds: {
        ...seconds,
        train: Math.max(0, seconds.train - train),
        evaluate: Math.max(0, seconds.evaluate - evaluate),
        total: Math.max(0, seconds.total - train - evaluate),
      },
    },
  };
}

const host: TrialHost = {
  node: browserName(navigator.userAgent),
  machine: `${navigator.hardwareConcurrency} threads, ${systemName(navigator.userAgent)}`,
  peakBytes: () => 0, // peak memory: browsers tell it only on a page isolated by the server
};

function browserName(agent: string): string {
  const [, name = "browser", version = ""] =
    /(Firefox|Edg|OPR|Chrome)\/(\d+)/.exec(agent) ?? /(Version)\/(\d+).*Safari/.exec(agent) ?? [];
  const names: Readonly<Record<string, string>> = { Edg: "Edge", OPR: "Opera", Version: "Safari" };
  return `${names[name] ?? name} ${version}`.trim();
}

function systemName(agent: string): string {
  return /\(([^;)]*)/.exec(agent)?.[1] ?? "unknown system";
}
