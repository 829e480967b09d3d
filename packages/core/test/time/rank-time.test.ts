import { describe, expect, test } from "vitest";
import { matchCatalogueModel, profileOf } from "../../src/memory.ts";
import { modelShapeFromConfig, selectTargets } from "../../src/models.ts";
import { type KnownTime, type RankTimeOptions, rankTime } from "../../src/time.ts";

const shapeOf = (name: string) => modelShapeFromConfig(matchCatalogueModel(name)!.model.config);

function time(changes: Partial<RankTimeOptions> = {}, model = "llama-3.1-8b") {
  const shape = shapeOf(model);
  const profile = changes.profile ?? profileOf("peft");
  return rankTime({
    ...{ shape, profile, settings: profile.settings },
    targets: changes.targets ?? selectTargets(shape, ["q_proj", "v_proj"]),
    ...{ rank: 16, base: "bf16", microBatch: 4, seq: 2048, tokens: 1e6, card: "A100 80GB" },
    ...changes,
  });
}

const known = (changes: Partial<RankTimeOptions> = {}): KnownTime => time(changes) as KnownTime;

test("hours are tokens over tokens a second, within their likely range", () => {
  const { hours, likelyHours, tokensPerSecond } = known();
  expect(hours).toBeCloseTo(1e6 / tokensPerSecond / 3600, 12);
  expect(likelyHours[0]).toBeLessThan(hours);
  expect(likelyHours[1]).toBeGreaterThan(hours);
  expect(known({ tokens: 3e6 }).hours).toBeCloseTo(3 * hours, 12);
});

describe("a higher rank takes longer", () => {
  const targets = selectTargets(shapeOf("llama-3.1-8b"), "all-linear");
  const longer = (changes: Partial<RankTimeOptions>, from: number, to: number): number =>
    known({ ...changes, rank: to }).hours / known({ ...changes, rank: from }).hours;
  const profile = profileOf("trl");

  test("by a few per cent from 8 to 64 in 16 bits, more on all layers", () => {
    expect(longer({ profile }, 8, 64)).toBeGreaterThan(1.003);
    expect(longer({ profile }, 8, 64)).toBeLessThan(1.04);
    expect(longer({ profile, targets }, 8, 64)).toBeGreaterThan(longer({ profile }, 8, 64));
    expect(longer({ profile, targets }, 8, 64)).toBeLessThan(1.1);
  });

  test("by more where A and B work in fp32, most on cards that are slow at it", () => {
    expect(longer({}, 8, 64)).toBeGreaterThan(1.05);
    expect(longer({ card: "L40S" }, 8, 64)).toBeLessThan(longer({}, 8, 64));
    expect(known().fp32Factor).toBe(16);
    expect(known({ profile })).not.toHaveProperty("fp32Factor");
  });

  test("within wider bounds above the largest that was measured", () => {
    const width = ({ likelyHours: [low, high] }: KnownTime): number => high / low;
    expect(width(known({ rank: 128, targets }))).toBeGreaterThan(1.2 * width(known({ rank: 64, targets })));
  });
});

test("cards that hold the whole model each share the tokens", () => {
  const several = known({ cards: { count: 4, strategy: "ddp" } });
  expect(several.hours).toBeCloseTo(known().hours / 4, 12);
});

test("a compiled block takes less time", () => {
  const profile = profileOf("torchtune");
  const compiled = { ...profile.settings, compile: true };
  expect(known({ profile, settings: compiled }).hours).toBeLessThan(known({ profile }).hours);
});

describe("hours are not known", () => {
  const { settings } = profileOf("peft");
  const experts = { cards: undefined, targets: shapeOf("mixtral-8x7b").experts };
  test.each<[string, Partial<RankTimeOptions>, string?]>([
    ["no card is named", { card: undefined }],
    ["no published step time of LoRA on T4", { card: "T4" }],
    ["at the speed of their links (fsdp)", { cards: { count: 2, strategy: "fsdp" } }],
    ["are of adapters", { rank: null }],
    ["steps of unstated length", { profile: profileOf("litgpt") }],
    ["on a base in int8", { base: "int8" }],
    ["lora-fa", { settings: { ...settings, variant: "lora-fa" } }],
    ["with eager attention", { settings: { ...settings, attention: "eager" } }],
    ["a model like gpt2", { targets: [] }, "gpt2"],
    ["a model like qwen3_moe", { targets: [] }, "qwen3-30b-a3b"],
    ["adapters on experts", experts, "mixtral-8x7b"],
    [
      "not counted: preference training",
      { notCounted: [{ what: "preference training", direction: "more" }] },
    ],
  ])("%s", (reason, changes, model) => {
    expect(time(changes, model)).toEqual({ notKnown: expect.stringContaining(reason) });
  });
});
