/** Device names copied from `@lorank/graph`, since help loads no runtime; a test compares them. */
export const deviceChoices = [
  "auto",
  "cpu",
  "wasm",
  "webgpu",
  "dml",
  "coreml",
  "cuda",
  "tensorflow",
  "tensorflow-cpu",
] as const;
export const blockSizes = [32, 64, 128, 256, 512, 1024, 2048, 4096] as const;
export const encodingChoices = ["utf-8", "utf-16le", "utf-16be", "windows-1252"] as const;
/** Metrics for generated answers, copied from `@lorank/judge`; a test compares them. */
export const answerMetrics = [
  "equals",
  "contains",
  "icontains",
  "starts-with",
  "is-json",
  "numeric",
  "levenshtein",
  "rouge-n",
] as const;
export const exportFormats = ["peft", "gguf"] as const;
export const computeChoices = ["float32", "float16", "bfloat16"] as const;
