import { readTogether } from "../generate/generate.ts";
import type { Ledger } from "./ledger.ts";
import { PlannedDecoder } from "./planned-decoder.ts";
import type { PlannedModel } from "./planned-model.ts";

/** Prompts that are answered, as far as the memory depends on them. */
export interface AnswersShape {
  /** Tokens of each prompt. */
  readonly prompts: readonly number[];
  /** Most tokens of an answer: each is taken to have as many. */
  readonly maxNewTokens: number;
  /** Prompts that are answered at a time. */
  readonly batch: number;
}

/** Batches of prompts whose passes are looked at, and steps behind each doubling of the capacity. */
const SEVERAL = 4;
const STEPS = 2;

/** Answers prompts as `generate` does, the shortest first. */
export async function planAnswers(
  model: PlannedModel,
  { prompts, maxNewTokens, batch }: AnswersShape,
  ledger: Ledger,
): Promise<void> {
  const lengths = [...prompts].sort((a, b) => a - b);
  const rows = Math.min(batch, lengths.length);
  const decoder = new PlannedDecoder(model, rows, ledger);
  const room = model.family.embeddings.positions?.rows ?? Number.POSITIVE_INFINITY;
  const batches = Math.ceil(lengths.length / rows);
  const every = Math.max(1, batches / SEVERAL);
  for (let i = 0; i < batches; i++) {
    const left = batches - 1 - i; // 0 for the longest prompts, which are always looked at
    const looks = Math.floor(left / every) !== Math.floor((left - 1) / every);
    const queue = lengths.slice(i * rows, (i + 1) * rows);
    const longest = queue.at(-1)!;
    while (queue.length > 0) await decoder.begin(queue.splice(0, readTogether(queue)), looks);
    const most = Math.min(longest + maxNewTokens - 1, room);
    for (let length = longest + 1; length <= most; length++) {
      const isNew = length <= longest + STEPS || Math.log2(length - 1) % 1 === 0;
      await decoder.step(length, looks && isNew);
    }
  }
  decoder.drop();
}
