import type { ModelShape } from "@lorank/core";
import type { MemoryChoices } from "./choices.ts";
import type { AnsweredRow, MemoryAnswer } from "./estimate.ts";
import type { Named } from "./named.ts";

/** The document of `--json`. */
export function memoryDocument(
  name: string,
  { training }: Named,
  choices: MemoryChoices,
  answer: MemoryAnswer,
): object {
  const { shape, rows, card } = answer;
  const { profile, settings, from, targets, base, method, microBatch, seq, labels } = choices;
  return {
    model: modelFacts(name, shape),
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

/** What a document says of its model. */
export function modelFacts(name: string, shape: ModelShape): object {
  const { modelType, totalParams, layers, hiddenSize } = shape;
  return { name, modelType, totalParams, layers, hiddenSize };
}

function configDocument({ file, config: { tool, notes, remarks } }: NonNullable<Named["training"]>): unknown {
  return { file, tool, notes, remarks };
}

/** A row with what the contract names on top; weights that are trained whole are no adapter. */
function result({ method, base, rank, estimate, fit, cards }: AnsweredRow): unknown {
  const adapterBytes = 0;
  return { method, base, rank, adapterBytes, ...estimate, ...(fit && { fit }), cards };
}
