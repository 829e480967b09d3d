import type { EngineEvaluation } from "@lorank/core/results";
import { type AdaptedModel, evaluate } from "@lorank/train";
import {
  type TokenizedExample,
  type TokenizedTokensExample,
  textTemplate,
  tokenizeInstructionRows,
} from "@lorank/train/data";
import { tokenised } from "../data/tokenised.ts";
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

interface Tokenised extends Pick<EvaluatedTexts, "classes" | "notes"> {
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
    const ids = tokenised(modelPath, inputs, (tokenizer) =>
      texts.map(({ text }) => tokenizer.encode(text, maxLength)),
    );
    return {
      examples: texts.map(({ id, label }, i) => ({
        id,
        inputIds: ids[i]!,
        label: classes.names.indexOf(label),
      })),
      classes,
      notes:
        classes.from === "the data, in alphabetical order"
          ? ["warning: nothing names the classes, so their order is a guess: --labels gives it"]
          : [],
    };
  }
  const { instructions } = data;
  const inputs = {
    settings: ["instructions", template ?? null],
    maxLength,
    parts: [instructions],
    usesChatTemplate: template === undefined,
  };
  const { examples, dropped } = tokenised(modelPath, inputs, (tokenizer) =>
    tokenizeInstructionRows(instructions, "the data", {
      tokenizer,
      maxLength,
      ...(template === undefined ? {} : { format: textTemplate(template) }),
    }),
  );
  return {
    examples,
    notes:
      dropped > 0
        ? [`Left out ${counted(dropped, "example")} whose prompt alone has ${maxLength} tokens or more.`]
        : [],
  };
}
