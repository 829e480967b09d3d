/** Where an attack runs: every night by itself, or on each change among the tests. */
export type Scale = "nightly" | "tests";

const counts = (nightly: number, tests: number): Readonly<Record<Scale, number>> => ({ nightly, tests });

/** How many mutants of each target are read: a million headers every night, as many as take seconds among the tests. */
export const COUNTS: Readonly<Record<string, Readonly<Record<Scale, number>>>> = {
  safetensors: counts(1_000_000, 10_000),
  "GGUF header": counts(1_000_000, 10_000),
  "GGUF model": counts(100_000, 500),
  "PEFT adapter": counts(100_000, 500),
  "adapter weights": counts(5_000, 50),
  "hub listing": counts(100_000, 1_000),
  "tokenizer.json": counts(20_000, 150),
  "tokenizer_config.json": counts(20_000, 100),
  "chat template": counts(20_000, 100),
  "config.json": counts(100_000, 500),
  "GGUF tokenizer": counts(20_000, 150),
  "weights to quantise": counts(20_000, 150),
  csv: counts(100_000, 500),
  tsv: counts(100_000, 500),
  json: counts(100_000, 1_000),
  jsonl: counts(100_000, 500),
  parquet: counts(2_000, 25), // one in fifty takes the 30 s that it may
  "parquet fields": counts(10_000, 500),
  "outcomes, CSV": counts(100_000, 500),
  "outcomes, JSON Lines": counts(100_000, 500),
  "lm-eval samples": counts(50_000, 250),
  "Inspect .eval": counts(50_000, 250),
  "Inspect .json": counts(10_000, 50),
  "promptfoo .jsonl": counts(50_000, 250),
  "loss curve": counts(100_000, 500),
  "sweep.json": counts(20_000, 150),
  "single result": counts(20_000, 150),
  "results.json": counts(50_000, 250),
  "sweep YAML": counts(100_000, 250),
  "training config": counts(20_000, 150),
  "ELF library": counts(100_000, 500),
};
