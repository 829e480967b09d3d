// Written by `npm run published` in apps/cli; do not edit.
import type { MetricName, Task } from "@lorank/evidence/results";

/** The sweeps of one source: the facts that they share, and a row for each. */
export interface PublishedSource {
  /** Repository and file that published the runs. */
  readonly source: string;
  readonly kind: Task["kind"];
  readonly metric: MetricName;
  /** In the metric's unit. */
  readonly margin: number;
  readonly seeds: number;
  readonly rows: readonly (readonly [
    model: string,
    millionParams: number,
    data: string,
    trainExamples: number,
    ranks: readonly number[],
    smallestWithinMargin: number,
    verdictRank: number | null,
  ])[];
}

/** Published sweeps by source. */
// biome-ignore format: a table
export const publishedSources: readonly PublishedSource[] = [
  { source: "silversuncn/lora-rank-scaling, data/results.csv", kind: "classification", metric: "accuracy", margin: 0.01, seeds: 5, rows: [
    ["BERT-base", 109, "MRPC", 50, [2, 4, 8, 16, 32, 64], 2, null],
    ["BERT-base", 109, "MRPC", 100, [2, 4, 8, 16, 32, 64], 32, null],
    ["BERT-base", 109, "MRPC", 200, [2, 4, 8, 16, 32, 64], 8, null],
    ["BERT-base", 109, "MRPC", 500, [2, 4, 8, 16, 32, 64], 64, null],
    ["BERT-base", 109, "MRPC", 1000, [2, 4, 8, 16, 32, 64], 32, null],
    ["BERT-base", 109, "MRPC", 2000, [2, 4, 8, 16, 32, 64], 16, null],
    ["BERT-base", 109, "MRPC", 3668, [2, 4, 8, 16, 32, 64], 8, null],
    ["BERT-base", 109, "QNLI", 50, [2, 4, 8, 16, 32, 64], 16, null],
    ["BERT-base", 109, "QNLI", 100, [2, 4, 8, 16, 32, 64], 8, null],
    ["BERT-base", 109, "QNLI", 200, [2, 4, 8, 16, 32, 64], 8, null],
    ["BERT-base", 109, "QNLI", 500, [2, 4, 8, 16, 32, 64], 32, 32],
    ["BERT-base", 109, "QNLI", 1000, [2, 4, 8, 16, 32, 64], 16, 16],
    ["BERT-base", 109, "QNLI", 2000, [2, 4, 8, 16, 32, 64], 8, 8],
    ["BERT-base", 109, "QNLI", 5000, [2, 4, 8, 16, 32, 64], 8, null],
    ["BERT-base", 109, "RTE", 50, [2, 4, 8, 16, 32, 64], 16, null],
    ["BERT-base", 109, "RTE", 100, [2, 4, 8, 16, 32, 64], 8, null],
    ["BERT-base", 109, "RTE", 200, [2, 4, 8, 16, 32, 64], 4, null],
    ["BERT-base", 109, "RTE", 500, [2, 4, 8, 16, 32, 64], 16, null],
    ["BERT-base", 109, "RTE", 1000, [2, 4, 8, 16, 32, 64], 32, null],
    ["BERT-base", 109, "RTE", 2000, [2, 4, 8, 16, 32, 64], 32, null],
    ["BERT-base", 109, "RTE", 2490, [2, 4, 8, 16, 32, 64], 64, 64],
    ["BERT-base", 109, "SST-2", 50, [2, 4, 8, 16, 32, 64], 64, null],
    ["BERT-base", 109, "SST-2", 100, [2, 4, 8, 16, 32, 64], 64, null],
    ["BERT-base", 109, "SST-2", 200, [2, 4, 8, 16, 32, 64], 16, null],
    ["BERT-base", 109, "SST-2", 500, [2, 4, 8, 16, 32, 64], 2, null],
    ["BERT-base", 109, "SST-2", 1000, [2, 4, 8, 16, 32, 64], 4, null],
    ["BERT-base", 109, "SST-2", 2000, [2, 4, 8, 16, 32, 64], 16, null],
    ["BERT-base", 109, "SST-2", 5000, [2, 4, 8, 16, 32, 64], 4, null],
  ] },
  { source: "thinking-machines-lab/tinker-cookbook, tinker_cookbook/recipes/chat_sl/results/sft_sweep.md", kind: "causal-lm", metric: "log-loss", margin: 0.02, seeds: 1, rows: [
    ["Llama-3.2-1B", 1000, "tulu3", 99840, [4, 16, 64, 128], 16, null],
    ["Llama-3.2-3B", 3000, "tulu3", 99840, [4, 16, 64, 128], 16, null],
    ["Qwen3-4B-Instruct-2507", 4000, "tulu3", 99840, [4, 16, 64, 128], 4, null],
    ["Qwen3.5-4B", 4000, "tulu3", 99840, [4, 16, 64, 128], 4, null],
    ["Llama-3.1-8B", 8000, "tulu3", 99840, [4, 16, 64, 128], 4, null],
    ["Llama-3.1-8B-Instruct", 8000, "tulu3", 99840, [4, 16, 64, 128], 4, null],
    ["Qwen3-8B", 8000, "tulu3", 99840, [4, 16, 64, 128], 4, null],
    ["Qwen3-8B-Base", 8000, "tulu3", 99840, [4, 16, 64, 128], 4, null],
    ["Qwen3.5-9B", 9000, "tulu3", 99840, [4, 16, 64, 128], 4, null],
    ["Qwen3.5-9B-Base", 9000, "tulu3", 99840, [4, 16, 64, 128], 4, null],
    ["gpt-oss-20b", 20000, "tulu3", 99840, [4, 16], 4, null],
    ["Qwen3.5-27B", 27000, "tulu3", 99840, [1, 4, 16, 64], 1, null],
    ["Qwen3.6-27B", 27000, "tulu3", 99840, [1, 4, 16, 64], 1, null],
    ["NVIDIA-Nemotron-3-Nano-30B-A3B-BF16", 30000, "tulu3", 99840, [1, 4, 16, 64], 1, null],
    ["Qwen3-30B-A3B", 30000, "tulu3", 99840, [1, 4, 16, 64], 1, null],
    ["Qwen3-30B-A3B-Base", 30000, "tulu3", 99840, [1, 4, 16, 64], 1, null],
    ["Qwen3-30B-A3B-Instruct-2507", 30000, "tulu3", 99840, [1, 4, 16, 64], 1, null],
    ["Qwen3-VL-30B-A3B-Instruct", 30000, "tulu3", 99840, [1, 4, 16, 64], 1, null],
    ["Qwen3-32B", 32000, "tulu3", 99840, [1, 4, 16, 64], 1, null],
    ["Qwen3.5-35B-A3B", 35000, "tulu3", 99840, [1, 4, 16, 64], 1, null],
    ["Qwen3.5-35B-A3B-Base", 35000, "tulu3", 99840, [1, 4, 16, 64], 1, null],
    ["Qwen3.6-35B-A3B", 35000, "tulu3", 99840, [1, 4, 16, 64], 1, null],
    ["Llama-3.1-70B", 70000, "tulu3", 99840, [1, 2, 4], 1, null],
    ["Llama-3.3-70B-Instruct", 70000, "tulu3", 99840, [1, 2, 4], 1, null],
    ["gpt-oss-120b", 120000, "tulu3", 99840, [1, 4, 16], 1, null],
    ["NVIDIA-Nemotron-3-Super-120B-A12B-BF16", 120000, "tulu3", 99840, [1, 4, 16, 64], 1, null],
    ["Qwen3-235B-A22B-Instruct-2507", 235000, "tulu3", 99840, [1, 2, 4], 1, null],
    ["Qwen3-VL-235B-A22B-Instruct", 235000, "tulu3", 99840, [1, 2, 4], 1, null],
    ["Qwen3.5-397B-A17B", 397000, "tulu3", 99840, [1, 2, 4], 1, null],
    ["NVIDIA-Nemotron-3-Ultra-550B-A55B-BF16", 550000, "tulu3", 99840, [1, 2, 4], 1, null],
    ["DeepSeek-V3.1", 671000, "tulu3", 99840, [1, 2, 4], 1, null],
    ["DeepSeek-V3.1-Base", 671000, "tulu3", 99840, [1, 2, 4], 1, null],
    ["Kimi-K2-Thinking", 1000000, "tulu3", 99840, [1, 2, 4], 1, null],
    ["Kimi-K2.5", 1000000, "tulu3", 99840, [1, 2, 4], 1, null],
    ["Kimi-K2.6", 1000000, "tulu3", 99840, [1, 2, 4], 1, null],
  ] },
  { source: "huggingface/peft, method_comparison/MetaMathQA", kind: "causal-lm", metric: "accuracy", margin: 0.01, seeds: 1, rows: [
    ["Llama-3.2-3B", 3213, "MetaMathQA", 20000, [32, 64], 32, null],
  ] },
];
