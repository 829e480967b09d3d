import type { ModelSource } from "@lorank/checkpoint";
import { counted, InputError } from "@lorank/core";
import type { EngineEvaluation } from "@lorank/evidence/schema";
import type { Instruction } from "../data/instruction-table.ts";
import { type LabelledText, tokenizeTextRows } from "../data/tokenize-classification.ts";
import { tokenizeInstructionRows } from "../data/tokenize-instructions.ts";
import { rowDigest, type TrainedRows } from "../data/trained-rows.ts";
import { cutNote } from "../prepare/cut-examples.ts";
import type { PrepareInputs } from "../prepare/prepare-training.ts";
import { createTokenizer } from "../tokenizer/tokenizer.ts";
import type { AdaptedModel } from "./adapted-model.ts";
import { evaluate } from "./evaluate.ts";

/** Labelled texts or instructions to evaluate on, from `exampleTable`. */
export type ExampleRows =
  | { readonly kind: "classification"; readonly rows: readonly LabelledText[] }
  | { readonly kind: "causal-lm"; readonly rows: readonly Instruction[] };

export interface EvaluateTextsOptions extends Pick<PrepareInputs, "tokenised"> {
  /** Most tokens per example; longer examples are cut. */
  readonly maxLength: number;
  /** Class names in the order of the head's outputs; required for labelled texts. */
  readonly classNames?: readonly string[] | undefined;
  /** Prompt template with `{prompt}` and `{response}`. (default: the model's chat template) */
  readonly template?: string | undefined;
  /** Option name for users, such as a flag, in errors and notes. (default: the member's name) */
  readonly optionName?: ((option: string) => string) | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Digests of the adapter's training examples, to count those among the rows. (default: unknown) */
  readonly trainedOn?: TrainedRows | undefined;
}

export interface EvaluatedTexts {
  /** Example ids in row order. */
  readonly ids: readonly string[];
  readonly evaluation: EngineEvaluation;
  /** Count of examples cut to `maxLength`. */
  readonly cut: number;
  /** Count of evaluated examples that were also in training; absent without `trainedOn`. */
  readonly inTraining?: number;
  /** Notes on cut and omitted examples. */
  readonly notes: readonly string[];
}

/**
 * Evaluation on labelled texts or instructions, of a model with or without an adapter. Also counts examples that were
 * cut, and those in training.
 * @throws InputError E_LABELS for a label missing from `classNames`; row errors as in training.
 */
export async function evaluateTexts(
  { family, model, source }: AdaptedModel,
  table: ExampleRows,
  options: EvaluateTextsOptions,
): Promise<EvaluatedTexts> {
  const { maxLength, onProgress, trainedOn, optionName = (name) => name } = options;
  const { examples, long, dropped } = tokenise(source, table, options);
  const { padTokenId: padId, maxPositions } = family;
  const evaluation = await evaluate(model, examples, { padId, onProgress });
  const limits = { maxLength, maxPositions, task: table.kind, option: optionName("maxLength") };
  const left = `Left out ${counted(dropped, "example")} whose prompt alone has ${maxLength} tokens or more.`;
  const ids = examples.map(({ id }) => id);
  return {
    ids,
    evaluation,
    cut: long.length,
    ...(trainedOn && { inTraining: countIn(trainedOn, source, table, { ...options, ids: new Set(ids) }) }),
    notes: [...cutNote(long, table.rows.length, limits), ...(dropped > 0 ? [left] : [])],
  };
}

/** Counts rows that the model was trained on, comparing rows cut to the longest training example. */
function countIn(
  { maxLength, digests }: TrainedRows,
  source: ModelSource,
  table: ExampleRows,
  { ids, ...options }: EvaluateTextsOptions & { readonly ids: ReadonlySet<string> },
): number {
  const trained = new Set(digests);
  const { examples } = tokenise(source, table, { ...options, maxLength });
  return examples.filter((example) => ids.has(example.id) && trained.has(rowDigest(example))).length;
}

function tokenise(source: ModelSource, table: ExampleRows, options: EvaluateTextsOptions) {
  const { maxLength, classNames = [], template } = options;
  const { tokenised = (_path, _inputs, make) => make(createTokenizer(source)) } = options;
  const { kind, rows } = table;
  if (kind === "causal-lm") {
    const settings = ["instructions", template ?? null];
    const inputs = { settings, maxLength, parts: [rows], usesChatTemplate: template === undefined };
    return tokenised(source.path, inputs, (tokenizer) =>
      tokenizeInstructionRows(rows, "the data", { tokenizer, maxLength, template }),
    );
  }
  const inputs = { settings: "texts", maxLength, parts: [rows], usesChatTemplate: false };
  const { ids, long } = tokenised(source.path, inputs, (tokenizer) => {
    const { examples, long } = tokenizeTextRows(rows, { labels: [], tokenizer, maxLength });
    return { ids: examples.map(({ inputIds }) => inputIds), long };
  });
  const examples = rows.map(({ id, label: name }, i) => {
    const label = classNames.indexOf(name);
    if (label >= 0) return { id, inputIds: ids[i]!, label };
    throw new InputError("E_LABELS", `classNames must have the label of each text, got none for ${name}`);
  });
  return { examples, long, dropped: 0 };
}
