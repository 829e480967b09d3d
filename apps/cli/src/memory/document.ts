import type { ModelShape } from "@lorank/core";
import type { AnsweredRow } from "./estimate.ts";
import type { Named } from "./model-config.ts";
import type { TakenModel } from "./print-answer.ts";

/** Document of one model for `--json`. */
export function memoryDocument({ name, taken, choices, answer }: TakenModel, { training }: Named): object {
  const { shape, rows, card } = answer;
  const { profile, settings, from, targets, base, method, microBatch, seq, labels } = choices;
  return {
    model: { ...modelFacts(name, shape), ...(taken !== undefined && { taken }) },
    profile: profile.name,
    stack: profile.stack,
    ...{ method, base, targets, labels, microBatch, seq },
    optimizer: settings.optimizer,
    settings,
    from,
    ...(training && { config: configDocument(training) }),
    ...(card && { gpu: card }),
    results: rows.map(result),
  };
}

/** Facts of a model in a document. */
export function modelFacts(name: string, shape: ModelShape): object {
  const { modelType, totalParams, layers, hiddenSize } = shape;
  return { name, modelType, totalParams, layers, hiddenSize };
}

function configDocument({ file, config: { tool, notes, remarks } }: NonNullable<Named["training"]>): unknown {
  return { file, tool, notes, remarks };
}

/** A row with what the contract names on top; weights that are trained whole are no adapter. */
function result({ method, base, rank, settings, estimate, fit, cards, nearest }: AnsweredRow): unknown {
  const adapterBytes = 0;
  return { method, base, rank, adapterBytes, ...estimate, settings, ...(fit && { fit }), cards, nearest };
}
