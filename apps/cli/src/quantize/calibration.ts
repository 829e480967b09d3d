import { InputError } from "@lorank/core";
import { tokenizeInstructionRows } from "@lorank/train/data";
import { createTokenizer } from "@lorank/train/tokenizer";
import { defaults } from "../defaults.ts";
import { readEvaluationData } from "../eval/texts.ts";

export interface CalibrationOptions {
  /** `spam-assassin`, or a file. */
  readonly data: string;
  /** Most texts. */
  readonly count: number;
  /** Most tokens of one. */
  readonly maxLength: number;
  /** Whose tokenizer to use: a folder or a `.gguf` file. */
  readonly model: string;
}

/**
 * Token ids of the first texts of `data`, to measure a model on; of spam-assassin, of its training part, so that what is
 * evaluated on the others later is not what was measured on. Throws InputError E_DATA.
 */
export async function calibrationTexts(options: CalibrationOptions): Promise<readonly ArrayLike<number>[]> {
  const { data, count, maxLength, model } = options;
  const split = data === defaults.data ? { split: "train" as const } : {};
  const read = await readEvaluationData({ data, ...split });
  const tokenizer = createTokenizer(model);
  const texts =
    read.kind === "classification"
      ? read.texts.slice(0, count).map(({ text }) => tokenizer.encode(text, maxLength))
      : tokenizeInstructionRows(read.instructions.slice(0, count), data, {
          tokenizer,
          maxLength,
        }).examples.map(({ inputIds }) => inputIds);
  const some = texts.filter(({ length }) => length > 0);
  if (some.length > 0) return some;
  throw new InputError("E_DATA", `${data} must hold a text of at least one token, got none`);
}
