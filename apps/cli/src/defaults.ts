import { sweepDefaults } from "@lorank/sweep/defaults";

export const defaults = {
  ...sweepDefaults,
  model: "starter",
  data: "spam-assassin",
  /** Training examples of spam-assassin; of a file, the whole training part is taken. */
  trainExamples: 600,
  validationExamples: 800,
  quantize: "none",
  /** Default of `--quantize`'s form; a test compares it with @lorank/quant, which help does not load. */
  quantized: { format: "nf4", blockSize: 64 },
  /** Power of `plan`: probability to find a true difference, or to certify an equal rank within the margin. */
  power: 0.8,
  rank: 8,
  adapterOut: "./lorank-adapter",
  answerTokens: 256,
  temperature: 0,
  generationBatch: 8,
  /** Threads of `eval` and `generate`, whose process runs alone. */
  evaluationThreads: 2,
  device: "auto",
  executor: "local",
} as const;
