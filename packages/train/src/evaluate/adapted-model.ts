import { classesOf, type ModelSource, modelConfig, modelWeights, type PeftAdapter } from "@lorank/checkpoint";
import { InputError } from "@lorank/core";
import type { BaseQuantization } from "@lorank/evidence/results";
import type { ComputeDtype, Recompute, Runtime, Tensor } from "@lorank/graph";
import { fromPeftAdapter } from "../adapter/peft.ts";
import { readBase } from "../base/base.ts";
import { familyOf } from "../families/families.ts";
import type { Family, Head } from "../families/family.ts";
import { Transformer } from "../transformer/transformer.ts";
import { type BaseWeight, weightShapes } from "../transformer/weights.ts";

export interface AdaptedModelInputs {
  /** The base. */
  readonly model: ModelSource;
  /** None: the base as it is. */
  readonly adapter?: PeftAdapter | undefined;
  /** The task where no adapter names it. (default: the adapter's `task_type`) */
  readonly task?: Head["kind"] | undefined;
  readonly runtime: Runtime;
  /** Keep the linear layers of the base's blocks in 4 bits. (default: as the checkpoint has them) */
  readonly quantization?: BaseQuantization | undefined;
  /** The values of a block that the backward pass computes again. (default: that of {@link Transformer}) */
  readonly recompute?: Recompute | undefined;
}

/** Last layers of all classification heads here; of two that a base has, the first is the last layer. */
const OUTPUT_LAYERS = ["score.weight", "classifier.out_proj.weight", "classifier.weight"];

/** A base with or without an adapter, ready to run. */
export interface AdaptedModel {
  /** The base. */
  readonly source: ModelSource;
  readonly family: Family;
  readonly head: Head;
  readonly model: Transformer;
  /** The type of its matrix products. */
  readonly compute: ComputeDtype;
  /** Adapter and head of the adapter, by parameter name. */
  readonly trained: ReadonlyMap<string, Tensor>;
}

/**
 * Loads a model and puts an adapter on it.
 *
 * @throws InputError E_TASK when neither adapter nor `task` names the task. E_HEAD when the model is to classify and
 *   has no layer for it. E_ADAPTER when the adapter belongs to another model. E_WEIGHTS and E_CONFIG of the model.
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
  familyOf(modelConfig(model).config); // says first what is wrong with the model itself
  const source = modelWeights(model);
  try {
    const name = OUTPUT_LAYERS.find((layer) => source.tensors.has(layer));
    return name === undefined ? undefined : source.tensors.get(name)!.shape[0];
  } finally {
    source.close();
  }
}
