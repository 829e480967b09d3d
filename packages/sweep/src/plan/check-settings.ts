import type { SweepConfig } from "./sweep-config.ts";

/** Every rule that a config breaks, as `<field> must be <rule>, got <value>`; empty when it is sound. */
export function checkSettings(config: SweepConfig): string[] {
  const problems: string[] = [];
  const must = (holds: boolean, field: string, rule: string, value: unknown) => {
    if (!holds) problems.push(`${field} must be ${rule}, got ${show(value)}`);
  };
  checkRanks(config, must);
  checkSeeds(config.seeds, must);
  const { lora, optimizer, data } = config;
  if (lora.alpha.kind === "fixed")
    must(lora.alpha.alpha > 0, "lora.alpha", "a positive number", lora.alpha.alpha);
  must(lora.dropout >= 0 && lora.dropout < 1, "lora.dropout", "at least 0 and less than 1", lora.dropout);
  must(
    lora.targetModules.length > 0 && distinct(lora.targetModules),
    "lora.targetModules",
    "one or more different names",
    lora.targetModules,
  );
  const dora: unknown = lora.dora;
  must(dora === undefined || typeof dora === "boolean", "lora.dora", "true, or absent", dora);
  must(optimizer.learningRate > 0, "optimizer.learningRate", "a positive number", optimizer.learningRate);
  // Below 1, B would learn more slowly than A: the opposite of what LoRA+ is.
  must(
    (optimizer.loraPlusRatio ?? 1) >= 1 && Number.isFinite(optimizer.loraPlusRatio ?? 1),
    "optimizer.loraPlusRatio",
    "at least 1",
    optimizer.loraPlusRatio,
  );
  must(optimizer.epochs > 0, "optimizer.epochs", "a positive number", optimizer.epochs);
  must(isCount(optimizer.batchSize), "optimizer.batchSize", "a positive integer", optimizer.batchSize);
  must(
    isCount(optimizer.microBatchSize) && optimizer.batchSize % optimizer.microBatchSize === 0,
    "optimizer.microBatchSize",
    `a divisor of optimizer.batchSize (${optimizer.batchSize})`,
    optimizer.microBatchSize,
  );
  const compute: unknown = config.compute;
  must(
    compute === undefined || compute === "float16" || compute === "bfloat16",
    "compute",
    "float16 or bfloat16, or absent for float32",
    compute,
  );
  must(isCount(data.trainExamples), "data.trainExamples", "a positive integer", data.trainExamples);
  must(
    isCount(data.validationExamples),
    "data.validationExamples",
    "a positive integer",
    data.validationExamples,
  );
  const { test } = config;
  // An interval needs two.
  must(
    test === undefined || (isCount(test.examples) && test.examples > 1),
    "test.examples",
    "an integer of at least 2",
    test?.examples,
  );
  must(test?.sha256 !== data.sha256, "test.sha256", "another than data.sha256", test?.sha256);
  must(config.margin >= 0 && Number.isFinite(config.margin), "margin", "at least 0", config.margin);
  must(
    config.confidence >= 0.5 && config.confidence < 1,
    "confidence",
    "at least 0.5 and below 1",
    config.confidence,
  );
  checkMethod(config, must);
  return problems;
}

type Must = (holds: boolean, field: string, rule: string, value: unknown) => void;

function checkRanks({ ranks, headOnlyBaseline = false }: SweepConfig, must: Must): void {
  must(ranks.length > 0, "ranks", "one or more ranks", ranks);
  must(distinct(ranks), "ranks", "different from each other", ranks);
  const bad = ranks.filter((rank) => !isCount(rank) && !(headOnlyBaseline && rank === 0));
  const rule = headOnlyBaseline ? "integers of at least 0" : "positive integers";
  must(bad.length === 0, "ranks", rule, bad);
  // 0 is a mistake far more often than a wish for a baseline, so it has to be asked for.
  must(!bad.includes(0), "headOnlyBaseline", "true to allow rank 0 (the head alone)", headOnlyBaseline);
}

function checkMethod({ method, ranks, robustness }: SweepConfig, must: Must): void {
  const known: unknown = method;
  const other: unknown = robustness;
  must(other === undefined || other === true, "robustness", "true, or absent", other);
  must(
    known === undefined || known === "probe" || known === "race",
    "method",
    "probe, race or absent",
    method,
  );
  if (method === undefined) return;
  must(ranks.length > 1, "ranks", `two or more for the method ${method}`, ranks);
  must(
    method !== "probe" || !ranks.includes(0),
    "ranks",
    "without 0 for the method probe, which cannot cut an adapter to nothing",
    ranks,
  );
}

function checkSeeds(seeds: readonly number[], must: Must): void {
  must(seeds.length > 0, "seeds", "one or more seeds", seeds);
  must(distinct(seeds), "seeds", "different from each other", seeds);
  const bad = seeds.filter((seed) => !Number.isSafeInteger(seed) || seed < 0);
  must(bad.length === 0, "seeds", "integers of at least 0", bad);
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}

function distinct(values: readonly unknown[]): boolean {
  return new Set(values).size === values.length;
}

function show(value: unknown): string {
  return Array.isArray(value) ? `[${value.join(", ")}]` : String(value);
}
