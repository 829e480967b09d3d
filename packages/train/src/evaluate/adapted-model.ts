import { classesOf, type ModelSource, modelConfig, modelWeights, type PeftAdapter } from "@lorank/checkpoint";
import { InputError } from "@lorank/core";
import type { BaseQuantization } from "@lorank/evidence/schema";
import type { ComputeDtype, Recompute, Runtime, Tensor } from "@lorank/graph";
import { fromPeftAdapter } from "../adapter/peft.ts";
import { readBase } from "../base/base.ts";
import { familyOf } from "../families/families.ts";
import type { Family, Head } from "../families/family.ts";
import { Transformer } from "../transformer/transformer.ts";
import { type BaseWeight, weightShapes } from "../transformer/weights.ts";

export interface AdaptedModelInputs {
  readonly model: ModelSource;
  /** Adapter to apply; undefined for the base alone. */
  readonly adapter?: PeftAdapter | undefined;
  /** Task of the model's head, needed if no adapter names it. (default: the adapter's `task_type`) */
  readonly task?: Head["kind"] | undefined;
  readonly runtime: Runtime;
  /** Quantise the blocks' linear layers to 4 bits. (default: as in the checkpoint) */
  readonly quantization?: BaseQuantization | undefined;
  /** Forward values the backward pass recomputes instead of saving. (default: as {@link Transformer} does) */
  readonly recompute?: Recompute | undefined;
}

/** Weight names of a classification head's output layer, in order of preference. */
const OUTPUT_LAYERS = ["score.weight", "classifier.out_proj.weight", "classifier.weight"];

/** Model ready to run, with or without an adapter. */
export interface AdaptedModel {
  readonly source: ModelSource;
  readonly family: Family;
  readonly head: Head;
  readonly model: Transformer;
  /** Compute type for matrix products. */
  readonly compute: ComputeDtype;
  /** Adapter and head tensors by parameter name. */
  readonly trained: ReadonlyMap<string, Tensor>;
}

/**
 * Loads a model and applies an adapter.
 * @throws InputError E_TASK without a task, E_HEAD for a missing classifier, E_ADAPTER for another model's adapter;
 * E_WEIGHTS and E_CONFIG.
 */
export function adaptedModel(options: AdaptedModelInputs): AdaptedModel {
  const { model: source, adapter, runtime, recompute } = options;
  const task = headFor(options);
  const { family, head, weights } = readBase(source, task, options.quantization);
  const loaded = adapter && fromPeftAdapter(head, adapter);
  const trained = loaded?.parameters ?? new Map<string, Tensor>();
  const parameters = new Map<string, BaseWeight>([...weights, ...trained]);
  const missing = weightShapes(family, head).filter(({ name }) => !parameters.has(name));
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(", ");
    throw new InputError(
      "E_HEAD",
      `${source.path} must hold a classification head, or the adapter must bring one, got none: ${names} missing`,
    );
  }
  const model = new Transformer({
    family,
    head,
    runtime,
    adapter: loaded?.shape,
    parameters,
    recompute,
  });
  return { source, family, head: task, model, compute: runtime.computeDtype ?? "float32", trained };
}

function headFor({ model, adapter, task }: AdaptedModelInputs): Head {
  const kind = task ?? taskOf(adapter);
  if (kind === undefined) {
    throw new InputError("E_TASK", "task must be classification or causal-lm, and nothing says which");
  }
  if (kind === "causal-lm") return { kind };
  const labels = (adapter && classesOf(adapter)) ?? classesInFile(model);
  if (labels !== undefined) return { kind, labels };
  throw new InputError(
    "E_HEAD",
    `${model.path} must hold a classification head, or the adapter must bring one, got neither ${OUTPUT_LAYERS.join(" nor ")}`,
  );
}

function taskOf(adapter: PeftAdapter | undefined): Head["kind"] | undefined {
  switch (adapter?.taskType) {
    case undefined:
    case null:
      return undefined;
    case "SEQ_CLS":
      return "classification";
    case "CAUSAL_LM":
      return "causal-lm";
    default:
      throw new InputError(
        "E_TASK",
        `task_type of the adapter must be SEQ_CLS or CAUSAL_LM to run it here, got ${adapter!.taskType}`,
      );
  }
}

function classesInFile(model: ModelSource): number | undefined {
  familyOf(modelConfig(model).config); // reports the model's own faults first
  const source = modelWeights(model);
  try {
    const name = OUTPUT_LAYERS.find((layer) => source.tensors.has(layer));
    return name === undefined ? undefined : source.tensors.get(name)!.shape[0];
  } finally {
    source.close();
  }
}
