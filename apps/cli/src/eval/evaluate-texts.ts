import type { EngineEvaluation } from "@lorank/core/results";
import { type AdaptedModel, cutNote, evaluate } from "@lorank/train";
import {
  longTexts,
  type TokenizedExample,
  type TokenizedTokensExample,
  textTemplate,
  tokenizeInstructionRows,
} from "@lorank/train/data";
import { tokenised } from "../data/tokenised.ts";
import { flagOf } from "../settings/flag-names.ts";
import { counted } from "../text.ts";
import { type ClassNames, classNames } from "./class-names.ts";
import type { EvaluationData } from "./texts.ts";

export interface EvaluateTextsOptions {
  readonly loaded: AdaptedModel;
  readonly data: EvaluationData;
  readonly modelPath: string;
  /** What the adapter calls its classes. */
  readonly classNames: readonly string[] | undefined;
  /** `--labels` */
  readonly labels: readonly string[] | undefined;
  readonly template: string | undefined;
  readonly maxLength: number;
  readonly onProgress: (done: number, total: number) => void;
}

export interface EvaluatedTexts {
  readonly ids: readonly string[];
  readonly evaluation: EngineEvaluation;
  /** Class names of a classifier. */
  readonly classes?: ClassNames;
  /** Examples that are longer than what is read of them. */
  readonly cut: number;
  readonly notes: readonly string[];
}

/** Tokenises and evaluates, in the order of the data. */
export async function evaluateTexts(options: EvaluateTextsOptions): Promise<EvaluatedTexts> {
  const { loaded, onProgress } = options;
  const { examples, ...rest } = tokenise(options);
  const padId = loaded.family.padTokenId;
  const evaluation = await evaluate(loaded.model, examples, { padId, onProgress });
  return { ids: examples.map(({ id }) => id), evaluation, ...rest };
}

interface Tokenised extends Pick<EvaluatedTexts, "classes" | "cut" | "notes"> {
  readonly examples: readonly TokenizedExample[] | readonly TokenizedTokensExample[];
}

function tokenise({
  data,
  loaded,
  modelPath,
  template,
  maxLength,
  ...rest
}: EvaluateTextsOptions): Tokenised {
  const { maxPositions } = loaded.family;
  const limits = { maxLength, maxPositions, task: data.kind, option: flagOf("maxLength") };
  if (data.kind === "classification") {
    const { texts } = data;
    const found = texts.map(({ label }) => label);
    const classes = classNames({
      asked: rest.labels,
      ofAdapter: rest.classNames,
      modelPath,
      found,
      classes: loaded.head.kind === "classification" ? loaded.head.labels : 0,
    });
    const inputs = { settings: "texts", maxLength, parts: [texts], usesChatTemplate: false };
    const { ids, long } = tokenised(modelPath, inputs, (tokenizer) => {
      const encoded = texts.map(({ text }) => ({ inputIds: tokenizer.encode(text, maxLength) }));
      return {
        ids: encoded.map(({ inputIds }) => inputIds),
        long: longTexts(texts, encoded, { tokenizer, maxLength }),
      };
    });
    return {
      examples: texts.map(({ id, label }, i) => ({
        id,
        inputIds: ids[i]!,
        label: classes.names.indexOf(label),
      })),
      classes,
      cut: long.length,
      notes: [
        ...cutNote(long, texts.length, limits),
        ...(classes.from === "the data, in alphabetical order"
          ? ["warning: nothing names the classes, so their order is a guess: --labels gives it"]
          : []),
      ],
    };
  }
  const { instructions } = data;
  const inputs = {
    settings: ["instructions", template ?? null],
    maxLength,
    parts: [instructions],
    usesChatTemplate: template === undefined,
  };
  const { examples, dropped, long } = tokenised(modelPath, inputs, (tokenizer) =>
    tokenizeInstructionRows(instructions, "the data", {
      tokenizer,
      maxLength,
      ...(template === undefined ? {} : { format: textTemplate(template) }),
    }),
  );
  return {
    examples,
    cut: long.length,
    notes: [
      ...cutNote(long, instructions.length, limits),
      ...(dropped > 0
        ? [`Left out ${counted(dropped, "example")} whose prompt alone has ${maxLength} tokens or more.`]
        : []),
    ],
  };
}
