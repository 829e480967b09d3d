/** Where an attack runs: every night by itself, or on each change among the tests. */
export type Scale = "nightly" | "tests";

const counts = (nightly: number, tests: number): Readonly<Record<Scale, number>> => ({ nightly, tests });

/** How many mutants of each target are read: a million headers, a tenth of it among the tests where that takes seconds. */
export const COUNTS: Readonly<Record<string, Readonly<Record<Scale, number>>>> = {
  safetensors: counts(1_000_000, 100_000),
  "GGUF header": counts(1_000_000, 100_000),
  "GGUF model": counts(100_000, 5_000),
  "PEFT adapter": counts(100_000, 5_000),
  "adapter weights": counts(5_000, 200),
  "hub listing": counts(100_000, 5_000),
  "tokenizer.json": counts(20_000, 1_000),
  "tokenizer_config.json": counts(20_000, 500),
  "chat template": counts(20_000, 500),
  "config.json": counts(100_000, 5_000),
  "GGUF tokenizer": counts(20_000, 1_000),
  "weights to quantise": counts(20_000, 1_000),
  csv: counts(100_000, 5_000),
  tsv: counts(100_000, 10_000),
  json: counts(100_000, 10_000),
  jsonl: counts(100_000, 5_000),
  parquet: counts(50_000, 2_000),
  "outcomes, CSV": counts(100_000, 5_000),
  "outcomes, JSON Lines": counts(100_000, 5_000),
  "loss curve": counts(100_000, 2_000),
  "sweep.json": counts(20_000, 1_000),
  "single result": counts(20_000, 1_000),
  "results.json": counts(50_000, 2_000),
  "sweep YAML": counts(100_000, 2_000),
  "training config": counts(20_000, 1_000),
  "ELF library": counts(100_000, 1_000),
};
