import { sweepDefaults } from "@lorank/sweep/defaults";

/** Defaults of all commands. Help and `--dry-run` print them. */
export const defaults = {
  ...sweepDefaults,
  model: "starter",
  data: "spam-assassin",
  /** Training examples of spam-assassin. Of a file, all that its training part holds are taken. */
  trainExamples: 600,
  validationExamples: 800,
  quantize: "none",
  /** Form of 4 bits. A test holds it against the defaults of `@lorank/quant`, which help does not load. */
  quantized: { format: "nf4", blockSize: 64 },
  /** For `plan`: the probability that a true difference is found, or that an equal rank is shown to be within the margin. */
  power: 0.8,
  /** Rank and folder of `train`, which makes one adapter. */
  rank: 8,
  adapterOut: "./lorank-adapter",
  /** Answers of `generate`. */
  answerTokens: 256,
  temperature: 0,
  generationBatch: 8,
  /** Threads of a process that runs alone: `eval` and `generate`. */
  evaluationThreads: 2,
  device: "auto",
  executor: "local",
} as const;
