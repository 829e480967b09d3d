import { type LoraSpec, scalingOf, type TrialSpec } from "@lorank/core";
import { deviceRuntime } from "@lorank/graph";
import { toPeftAdapter } from "../adapter/peft.ts";
import type { AdapterShape } from "../adapter/shape.ts";
import { resolveTargets, type TargetLayer } from "../adapter/targets.ts";
import { loadBase } from "../base.ts";
import { longestOf } from "../batches.ts";
import { evaluatePack } from "../evaluate.ts";
import { Transformer } from "../model/transformer.ts";
import {
  headOf,
  loadDataset,
  stopwatch,
  type TrialEvent,
  type TrialOutcome,
  type TrialResources,
  trainableParameters,
  trialResult,
} from "../trial.ts";
import { assertPack, assertSamePositions } from "./check-pack.ts";
import { stackTensors } from "./stack.ts";
import { trainPack } from "./train-pack.ts";

/**
 * Runs several trials over one base: it is read once, and each of its weights is used (in 4 bits: decoded) once for all
 * of them. Each outcome is that of `runTrial` to float32 rounding, apart from what was measured: seconds are a trial's
 * share of the pack's, memory is that of the whole pack, and `packedTrials` says so.
 *
 * @param onEvent told the trial's place in `specs`.
 * @throws InputError E_PACK where the trials differ in more than rank, alpha, seed and what the optimiser does by itself.
 */
export async function runPackedTrials(
  specs: readonly TrialSpec[],
  resources: TrialResources,
  onEvent: (trial: number, event: TrialEvent) => void = () => {},
): Promise<TrialOutcome[]> {
  assertPack(specs);
  const clock = stopwatch();
  const { base: baseSpec, task, lora } = specs[0]!;
  const base = loadBase(baseSpec, resources.modelFolder, headOf(task));
  const { family, head } = base;
  const data = loadDataset(specs[0]!, resources.datasetFile);
  assertSamePositions(family, longestOf(data.train.map(({ inputIds }) => inputIds.length)));
  const rank = longestOf(specs.map(({ lora }) => lora.rank));
  const targets = resolveTargets(family, head, lora.targetModules, rank);
  const trials = specs.map((spec) => ({ spec, trained: trainableParameters(spec, base, targets) }));
  const stack = stackTensors(trials.map(({ trained }) => trained));
  const { threads, device = "cpu" } = resources;
  const runtime = await deviceRuntime({ device, threads });
  const model = new Transformer({
    family,
    head,
    runtime,
    adapter: packedShape(
      specs.map(({ lora }) => lora),
      rank,
      targets,
    ),
    parameters: new Map([...base.weights, ...stack.tensors]),
    ...(resources.recompute === undefined ? {} : { recompute: resources.recompute }),
  });
  const load = clock.lap();

  const widths = new Map([...family.linears, ...head.linears].map(({ path, inDim }) => [path, inDim]));
  const trainings = await trainPack(trials, {
    model,
    stack,
    examples: data.train,
    padId: family.padTokenId,
    inDim: (path) => widths.get(path)!,
    onEvent,
  });
  const train = clock.lap();

  const completed = trainings.flatMap(({ divergedAtStep }, i) => (divergedAtStep === undefined ? [i] : []));
  const evaluations =
    completed.length === 0
      ? []
      : await evaluatePack(model, specs.length, data.validation, {
          padId: family.padTokenId,
          onProgress: (done, total) => {
            for (const i of completed) onEvent(i, { kind: "evaluating", done, total });
          },
        });
  const share = (seconds: number): number => seconds / specs.length;
  const seconds = {
    load: share(load),
    train: share(train),
    evaluate: share(clock.lap()),
    total: share(clock.total()),
  };
  await model.dispose();
  return trials.map(({ spec, trained }, i) => {
    const adapter = toPeftAdapter({ family, head, lora: spec.lora, task, baseModel: baseSpec.name, trained });
    const evaluation = completed.includes(i) ? evaluations[i] : undefined;
    const result = trialResult(spec, trained, adapter, trainings[i]!, evaluation, seconds, runtime, threads);
    if (specs.length === 1) return { adapter, result };
    return { adapter, result: { ...result, measured: { ...result.measured, packedTrials: specs.length } } };
  });
}

/** The largest rank for all, and each trial's own factor. */
function packedShape(
  loras: readonly LoraSpec[],
  rank: number,
  targets: readonly TargetLayer[],
): AdapterShape {
  const scalings = loras.map(({ rank, alpha, scalingRule }) =>
    rank === 0 ? 0 : scalingOf(scalingRule, alpha, rank),
  );
  return {
    dropout: loras[0]!.dropout,
    dora: false,
    modules: new Map(targets.map(({ path }) => [path, { rank, scaling: 1 }])), // scaled by each trial's own
    pack: { scalings },
  };
}
