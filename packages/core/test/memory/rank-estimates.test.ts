import { describe, expect, test } from "vitest";
import { memoryAdvice } from "../../src/memory/advice.ts";
import { largestThatFits } from "../../src/memory/fits.ts";
import { estimateRanks, estimateTraining, matchCatalogueModel, profileOf } from "../../src/memory.ts";
import { findCard } from "../../src/memory-names.ts";
import { modelShapeFromConfig, selectTargets } from "../../src/models.ts";
import { llama32With1B } from "../models.ts";

const shape = modelShapeFromConfig(llama32With1B);
const training = {
  ...{ shape, targets: selectTargets(shape, "all-linear"), profile: profileOf("peft") },
  ...{ microBatch: 2, seq: 512 },
};
const options = { ...training, ranks: [8, 64, 4], base: "bf16" as const };
const asked = { ...training, rank: 64, base: { dtype: "bf16" } as const };
const { deviceBytes, parts } = estimateTraining(asked);

describe("estimateRanks", () => {
  test("compares each rank with cards, and with the requested card where there is one", () => {
    const { rows, largestRank, advice } = estimateRanks(options);
    expect(rows.map(({ rank }) => rank)).toEqual([8, 64, 4]);
    expect(largestRank).toBe(rows[1]);
    expect(largestRank.cards.fits!.bytes).toBeGreaterThanOrEqual(deviceBytes[1]);
    expect([advice, largestRank.fit]).toEqual([undefined, undefined]);
    const fits = [deviceBytes[1], deviceBytes[1] - 1, deviceBytes[0] - 1].map(
      (bytes) => estimateRanks({ ...options, card: { bytes } }).largestRank.fit,
    );
    expect(fits).toEqual(["fits", "may fit", "does not fit"]);
  });

  test("the largest rank is that of the first method, in any order", () => {
    const { rows, largestRank } = estimateRanks({ ...options, method: "compare" });
    expect(largestRank).toBe(rows[1]);
    const full = estimateRanks({ ...options, method: "full" });
    expect(full.largestRank).toBe(full.rows.at(-1));
    expect(() => estimateRanks({ ...options, ranks: [] })).toThrow(
      "ranks must hold at least one rank, got none",
    );
  });

  test("advises on the largest rank, which may grow to the model's length", () => {
    const bytes = deviceBytes[0];
    const { advice, largestRank } = estimateRanks({ ...options, card: { bytes } });
    expect(advice).toMatchObject(memoryAdvice(asked, bytes));
    expect(largestRank.fit).toBe("may fit");
    expect(advice?.largest).toEqual({
      rank: largestThatFits(asked, bytes, "rank"),
      microBatch: largestThatFits(asked, bytes, "microBatch"),
      seq: largestThatFits(asked, bytes, "seq"),
    });
    const other = estimateTraining({ ...asked, settings: { checkpointing: "on" } });
    expect(advice?.otherCheckpointing).toEqual({
      ...{ checkpointing: "on", fit: "may fit", deviceBytes: other.deviceBytes, notCounted: [] },
    });
    const large = estimateRanks({ ...options, card: { bytes: 80e9 }, maxSeq: 700 });
    expect(large.advice).toMatchObject({ together: [], largest: { seq: 700 } });
  });

  test("names what the peak is made of, the largest part first, and leaves out what is not there", () => {
    const named = estimateRanks(options).parts;
    const bytes = named.map(([, each]) => each);
    expect(named[0]?.[0]).toBe("weights of the model");
    expect(bytes).toEqual(
      Object.values(parts)
        .filter((each) => each > 0)
        .sort((a, b) => b - a),
    );
  });

  test("a card that cannot run what is requested is said to, and nothing that it cannot run is advised", () => {
    const card = findCard("p100")!;
    const flash = { ...options, settings: { attention: "flash" } as const };
    expect(estimateRanks({ ...flash, card }).limits).toHaveLength(2);
    expect(estimateRanks({ ...flash, card: { bytes: card.bytes } }).limits).toEqual([]);
    const eager = { ...options, microBatch: 16, settings: { attention: "eager" } as const };
    const names = (lacks: typeof card.lacks): string[] =>
      estimateRanks({ ...eager, card: { ...card, lacks } }).advice!.single.map(({ name }) => name);
    expect(names([])).toContain("flash attention");
    expect(names(card.lacks)).not.toContain("flash attention");
  });

  test("says what it assumes about several cards and about the model, and what measurements there were", () => {
    expect(estimateRanks(options).assumptions).toEqual({ cards: [], model: [] });
    const { config } = matchCatalogueModel("qwen3-30b-a3b")!.model;
    const experts = modelShapeFromConfig(config);
    const cards = { count: 2, strategy: "fsdp" } as const;
    const several = { ...options, shape: experts, targets: experts.linears, base: "nf4" as const, cards };
    const { assumptions, largestRank } = estimateRanks(several);
    expect(assumptions.cards[0]).toMatch(/^All figures are of one of 2 cards/);
    expect(assumptions.model).toEqual([
      "Experts are stored and adapted as in PEFT 0.21.2 with transformers 5.24.",
      "The experts stay in bf16 and take 58.0 GB: bitsandbytes quantises linear layers, and these are parameters.",
    ]);
    expect(largestRank.estimate.assumptions).toEqual(
      expect.arrayContaining([...assumptions.cards, ...assumptions.model]),
    );
  });
});

test("a model with a table of positions reads no longer sequences, and no longer ones are proposed", () => {
  const shape = modelShapeFromConfig(matchCatalogueModel("gpt2")!.model.config);
  const targets = selectTargets(shape, "all-linear");
  const estimated = (seq: number) =>
    estimateRanks({
      ...{ shape, targets, ranks: [8], base: "bf16", profile: profileOf("peft") },
      ...{ microBatch: 1, seq, card: { bytes: 80e9 } },
    });
  expect(() => estimated(1025)).toThrow(
    "seq must be at most 1024, the positions that this gpt2 has learned, got 1025",
  );
  expect(estimated(1024).advice!.largest.seq).toBe(1024);
});
