/** Where an attack runs: every night by itself, or on each change among the tests. */
export type Scale = "nightly" | "tests";

const counts = (nightly: number, tests: number): Readonly<Record<Scale, number>> => ({ nightly, tests });

/** How many mutants of each target are read: a million headers every night, as many as take seconds among the tests. */
export const COUNTS: Readonly<Record<string, Readonly<Record<Scale, number>>>> = {
  safetensors: counts(1_000_000, 20_000),
  "GGUF header": counts(1_000_000, 20_000),
  "GGUF model": counts(100_000, 1_000),
  "PEFT adapter": counts(100_000, 1_000),
  "adapter weights": counts(5_000, 100),
  "hub listing": counts(100_000, 2_000),
  "tokenizer.json": counts(20_000, 300),
  "tokenizer_config.json": counts(20_000, 200),
  "chat template": counts(20_000, 200),
  "config.json": counts(100_000, 1_000),
  "GGUF tokenizer": counts(20_000, 300),
  "weights to quantise": counts(20_000, 300),
  csv: counts(100_000, 1_000),
  tsv: counts(100_000, 1_000),
  json: counts(100_000, 2_000),
  jsonl: counts(100_000, 1_000),
  parquet: counts(50_000, 1_000),
  "parquet fields": counts(50_000, 1_000),
  "outcomes, CSV": counts(100_000, 1_000),
  "outcomes, JSON Lines": counts(100_000, 1_000),
  "lm-eval samples": counts(50_000, 500),
  "Inspect .eval": counts(50_000, 500),
  "Inspect .json": counts(10_000, 100),
  "promptfoo .jsonl": counts(50_000, 500),
  "loss curve": counts(100_000, 1_000),
  "sweep.json": counts(20_000, 300),
  "single result": counts(20_000, 300),
  "results.json": counts(50_000, 500),
  "sweep YAML": counts(100_000, 500),
  "training config": counts(20_000, 300),
  "ELF library": counts(100_000, 1_000),
};
