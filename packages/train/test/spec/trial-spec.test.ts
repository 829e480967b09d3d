import { describe, expect, test } from "vitest";
import { brokenRules, normalisedLora, type TrainingConfig, trialId, trialSpec } from "../../src/spec.ts";
import { tinyTrial } from "../helpers/tiny.ts";

const { spec } = tinyTrial();
const config: TrainingConfig = { ...spec, lora: { ...spec.lora, alpha: { kind: "fixed", alpha: 8 } } };

test("a spec is the config under one rank and seed, and what is off is not in it", () => {
  const targetModules = spec.lora.targetModules.toSorted();
  const lora = { ...spec.lora, rank: 3, alpha: 8, targetModules };
  expect(trialSpec(config, 3, 7)).toEqual({ ...spec, seed: 7, lora });
  const more = { ...config, compute: "float16", lora: { ...config.lora, dora: true } } as const;
  expect(trialSpec(more, 3, 7)).toMatchObject({ compute: "float16", lora: { dora: true } });
});

test("alpha stays, or follows the rank", () => {
  const following: TrainingConfig = { ...config, lora: { ...config.lora, alpha: { kind: "equal-to-rank" } } };
  expect([2, 16].map((rank) => trialSpec(config, rank, 0).lora.alpha)).toEqual([8, 8]);
  expect([2, 16].map((rank) => trialSpec(following, rank, 0).lora.alpha)).toEqual([2, 16]);
});

describe("patterns", () => {
  const rankPattern = [
    { pattern: "v_proj", rank: 4 },
    { pattern: "0.*", rank: 2 },
  ];
  const alphaPattern = [{ pattern: "0.*", alpha: 3 }];
  const withLora = (lora: Partial<TrainingConfig["lora"]>) => ({
    ...config,
    lora: { ...config.lora, ...lora },
  });

  test("keep their order, in which another trial differs; empty lists are not in a spec", () => {
    const ordered = trialSpec(withLora({ rankPattern, alphaPattern }), 3, 7);
    expect(ordered.lora).toMatchObject({ alpha: 8, rankPattern, alphaPattern });
    const reversed = trialSpec(withLora({ rankPattern: rankPattern.toReversed(), alphaPattern }), 3, 7);
    expect(trialId(reversed)).not.toBe(trialId(ordered));
    const plain = trialSpec(config, 3, 7);
    expect(trialSpec(withLora({ rankPattern: [], alphaPattern: [] }), 3, 7)).toEqual(plain);
    expect(Object.keys(normalisedLora(config.lora))).not.toContain("rankPattern");
  });

  test("of ranks give alphas where alpha follows the rank, behind those that are given", () => {
    const alpha = { kind: "equal-to-rank" } as const;
    const { lora } = trialSpec(withLora({ alpha, rankPattern, alphaPattern }), 16, 0);
    expect(lora).toMatchObject({ alpha: 16, rankPattern });
    expect(lora.alphaPattern).toEqual([
      ...alphaPattern,
      { pattern: "v_proj", alpha: 4 },
      { pattern: "0.*", alpha: 2 },
    ]);
    expect(trialSpec(withLora({ alpha, alphaPattern }), 16, 0).lora).toMatchObject({ alphaPattern });
  });

  test("are checked before anything is trained", () => {
    const lora = {
      ...config.lora,
      rankPattern: [...rankPattern, { pattern: "v_proj", rank: 0 }],
      alphaPattern: [{ pattern: "", alpha: Number.POSITIVE_INFINITY }],
    };
    expect(brokenRules(() => {}, { lora: withLora({ rankPattern, alphaPattern }).lora })).toEqual([]);
    expect(brokenRules(() => {}, { lora })).toEqual([
      "lora.rankPattern must be a list of different patterns, none of them empty, got [v_proj, 0.*, v_proj]",
      "lora.rankPattern of v_proj must be a positive integer, got 0",
      "lora.alphaPattern must be a list of different patterns, none of them empty, got []",
      "lora.alphaPattern of  must be a positive number, got Infinity",
    ]);
  });
});
