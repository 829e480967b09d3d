import { sweepDefaults } from "@lorank/sweep/defaults";

export const defaults = {
  ...sweepDefaults,
  model: "starter",
  data: "spam-assassin",
  /** Training examples drawn from spam-assassin; of a file, all are used. */
  trainExamples: 600,
  validationExamples: 800,
  /** Name of the built-in general texts. */
  generalTexts: "general",
  quantize: "none",
  /** Default 4-bit format. A test compares it with @lorank/quant, which help does not load. */
  quantized: { format: "nf4", blockSize: 64 },
  /** Power in `plan`: probability to detect a true difference, or to certify an equal rank within the margin. */
  power: 0.8,
  rank: 8,
  adapterOut: "./lorank-adapter",
  answerTokens: 256,
  temperature: 0,
  generationBatch: 8,
  /** Threads for `eval` and `generate`, which run a single process. */
  evaluationThreads: 2,
  device: "auto",
  executor: "local",
} as const;
