import { countLoraParams } from "@lorank/core";
import { type ModelShape, modelShapeFromConfig } from "@lorank/core/models";
import type { TrialResult } from "@lorank/evidence/results";
import starterConfig from "@lorank/starter/model/config.json";
import { type EvaluatedTraining, evaluationCount } from "@lorank/train/names";
import type { ModelChoice, Saved, TimeEstimate, ToWorker } from "../protocol.ts";
import { type PlaygroundSettings, playgroundDefaults } from "../settings.ts";
import { deviceOf } from "./faster-device.ts";
import { MOST_THREADS } from "./runtime.ts";
import type { Store } from "./store.ts";

type Question = Extract<ToWorker, { kind: "estimate" }>;

/**
 * Engine speed, on one WebAssembly thread, relative to `secondsPerPlainFlop`. On the README's machine, a core does 2.3
 * plain operations a nanosecond, and the page's proposal takes 14.5 s a run.
 */
const ENGINE_SPEEDUP = 10;
/** Operations that opening the model and compiling its shapes cost: about a second per run on that machine. */
const OPENING_FLOPS = 2e10;
/** Error factor of a time guessed from CPU speed, either way: other CPUs and models have other ratios. */
const GUESS_FACTOR = 2;
/** Error factor of a time predicted from measured runs, either way. */
const MEASURED_FACTOR = 1.2;

interface Sizes extends EvaluatedTraining {
  readonly trainExamples: number;
  readonly validationExamples: number;
  readonly maxLength: number;
}

/** Operations of a run's parts, or seconds per operation. The start is a part of the training. */
interface RunParts {
  readonly training: number;
  readonly evaluation: number;
}

/**
 * Floating-point operations for a run with the longest examples. For each token a frozen weight takes 2 forward and 2
 * back; an adapter's takes 2 more for its gradient.
 */
export function runFlops(shape: ModelShape, rank: number, sizes: Sizes): RunParts {
  const adapter = countLoraParams(shape.linears, rank);
  const outputs = shape.headLinears.filter(({ role }) => role === "output");
  const base = [...shape.linears, ...outputs].reduce(
    (sum, { inDim, outDim, count }) => sum + inDim * outDim * count,
    0,
  );
  const trained = sizes.trainExamples * sizes.epochs * (4 * base + 6 * adapter);
  const evaluations = evaluationCount(sizes, sizes.trainExamples);
  const evaluated = evaluations * sizes.validationExamples * (2 * base + 2 * adapter);
  return {
    training: OPENING_FLOPS + sizes.maxLength * trained,
    evaluation: sizes.maxLength * evaluated,
  };
}

/**
 * Estimates a comparison's time before it starts, by the same model's runs, else by the CPU's speed. Undefined for an
 * unknown shape, such as the hub's.
 *
 * @param plainFlop seconds per operation, as `secondsPerPlainFlop` measures.
 */
export async function estimateTime(
  { settings, hasFile, model, isThreaded }: Omit<Question, "kind" | "ask">,
  { store, saved }: { readonly store?: Store | undefined; readonly saved?: Saved | undefined },
  plainFlop: () => number,
): Promise<TimeEstimate | undefined> {
  const config = await configOf(model, store, saved);
  if (config === undefined) return undefined;
  const shape = shapeOf(config, hasFile);
  const measured = await measuredSpeeds(settings, model, config, store, saved);
  const threads = isThreaded ? Math.min(MOST_THREADS, navigator.hardwareConcurrency) : 1;
  const speeds = measured ?? guessedSpeeds(plainFlop());
  const secondsOf = (rank: number): number => {
    const { training, evaluation } = runFlops(shape, rank, settings);
    return training * speeds.training + evaluation * speeds.evaluation;
  };
  const seconds = settings.seeds * settings.ranks.reduce((sum, rank) => sum + secondsOf(rank), 0);
  const factor = measured === undefined ? GUESS_FACTOR : MEASURED_FACTOR;
  // Threads gain up to about their number's root on idle cores, and nothing beside other work.
  const gain = measured === undefined ? Math.sqrt(threads) : 1;
  const mayBeLess = settings.maxLength > playgroundDefaults.maxLength || settings.device === "webgpu";
  return {
    low: seconds / gain / factor,
    high: seconds * factor,
    isMeasured: measured !== undefined,
    isMost: hasFile || (measured === undefined && mayBeLess),
  };
}

function guessedSpeeds(plainFlop: number): RunParts {
  const speed = plainFlop / ENGINE_SPEEDUP;
  return { training: speed, evaluation: speed };
}

/** Model shape. Responses in a file may need the whole vocabulary. */
function shapeOf(config: unknown, hasFile: boolean): ModelShape {
  return modelShapeFromConfig(config, hasFile ? {} : { head: { kind: "none" } });
}

async function configOf(
  model: ModelChoice,
  store: Store | undefined,
  saved: Saved | undefined,
): Promise<unknown> {
  if (model.kind === "starter") return starterConfig;
  if (model.kind === "hub") return undefined;
  const file =
    model.kind === "folder"
      ? model.files.find(({ name }) => name === "config.json")?.file
      : saved?.modelFiles && (await store?.keptFile(saved.modelFiles, "config.json"));
  return file && JSON.parse(await file.text());
}

/** Seconds per operation in the saved comparison's runs, if made with this model on this device. */
async function measuredSpeeds(
  { device }: PlaygroundSettings,
  model: ModelChoice,
  config: unknown,
  store: Store | undefined,
  saved: Saved | undefined,
): Promise<RunParts | undefined> {
  const isSavedModel = model.kind === "kept" || (model.kind === "starter" && saved?.modelName === undefined);
  if (saved === undefined || store === undefined || !isSavedModel) return undefined;
  // The name as in the runs' specs.
  const ownModel = (saved.modelName ?? "starter").split("/").at(-1);
  const shape = shapeOf(config, saved.dataName !== undefined);
  const [seconds, flops] = [
    { training: 0, evaluation: 0 },
    { training: 0, evaluation: 0 },
  ];
  for (const result of await store.results()) {
    const run = runOf(result);
    if (run === undefined || run.model !== ownModel || deviceOf(result) !== device) continue;
    const own = runFlops(shape, run.rank, { ...run.sizes, maxLength: saved.asked.maxLength });
    for (const part of ["training", "evaluation"] as const) {
      seconds[part] += run.seconds[part];
      flops[part] += own[part];
    }
  }
  if (flops.training === 0) return undefined;
  return {
    training: seconds.training / flops.training,
    evaluation: seconds.evaluation / flops.evaluation,
  };
}

function runOf({ spec, status, measured }: TrialResult) {
  if (status !== "completed" || !("base" in spec)) return undefined;
  const { base, data, optimizer, lora } = spec;
  const sizes = { ...spec, ...data, ...optimizer };
  const { evaluate: evaluation = 0, total } = measured.seconds;
  return { model: base.name, rank: lora.rank, seconds: { training: total - evaluation, evaluation }, sizes };
}
