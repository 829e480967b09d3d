import type { Evaluation } from "@lorank/core";
import {
  type AdaptedModel,
  createTokenizer,
  evaluate,
  type TextTokenizer,
  type TokenizedExample,
  type TokenizedTokensExample,
  textTemplate,
  tokenizeInstructionRows,
} from "@lorank/train";
import { counted } from "../text.ts";
import { type ClassNameSources, classNames } from "./class-names.ts";
import type { EvaluationData } from "./texts.ts";

export interface EvaluateTextsOptions {
  readonly loaded: AdaptedModel;
  readonly data: EvaluationData;
  readonly modelPath: string;
  readonly adapterFolder: string | undefined;
  readonly labels: readonly string[] | undefined;
  readonly template: string | undefined;
  readonly maxLength: number;
  readonly onProgress: (done: number, total: number) => void;
}

export interface EvaluatedTexts {
  readonly ids: readonly string[];
  readonly evaluation: Evaluation;
  readonly notes: readonly string[];
}

/** Tokenises and evaluates, in the order of the data. */
export async function evaluateTexts(options: EvaluateTextsOptions): Promise<EvaluatedTexts> {
  const { loaded, modelPath, onProgress } = options;
  const { examples, notes } = tokenise(options, createTokenizer(modelPath));
  const padId = loaded.family.padTokenId;
  const evaluation = await evaluate(loaded.model, examples, { padId, onProgress });
  return { ids: examples.map(({ id }) => id), evaluation, notes };
}

function tokenise(
  { data, loaded, template, maxLength, ...rest }: EvaluateTextsOptions,
  tokenizer: TextTokenizer,
): { examples: TokenizedExample[] | readonly TokenizedTokensExample[]; notes: string[] } {
  if (data.kind === "classification") {
    const classes = loaded.head.kind === "classification" ? loaded.head.labels : 0;
    const found = data.texts.map(({ label }) => label);
    const sources: ClassNameSources = { ...rest, asked: rest.labels, found, classes };
    const { names, from } = classNames(sources);
    return {
      examples: data.texts.map(({ id, label, text }) => ({
        id,
        inputIds: tokenizer.encode(text, maxLength),
        label: names.indexOf(label),
      })),
      notes: [`Classes in the order of the head: ${names.join(", ")} (from ${from}).`],
    };
  }
  const { examples, dropped } = tokenizeInstructionRows(data.instructions, "the data", {
    tokenizer,
    maxLength,
    ...(template === undefined ? {} : { format: textTemplate(template) }),
  });
  return {
    examples,
    notes:
      dropped > 0
        ? [`Left out ${counted(dropped, "example")} whose prompt alone has ${maxLength} tokens or more.`]
        : [],
  };
}
