import { flagOf } from "../../flags/flag-names.ts";

const valueWords: Readonly<Record<string, string>> = {
  labels: "classes",
  gpu: "card",
  seq: "length",
  optimizer: "optimiser",
  adapterDtype: "adapter in",
  loraKernels: "LoRA kernels",
  fusedNorms: "fused norms",
  kbitPrepare: "k-bit preparation",
  bnbVersion: "bitsandbytes",
  vllmShare: "vLLM's share",
  trainedModules: "trained in full",
  optimizerInBackward: "optimiser in backward pass",
};

/** Value's name in words: `micro-batch` for `microBatch`. */
export function wordsOf(name: string): string {
  return valueWords[name] ?? flagOf(name).slice(2);
}
