import { matchCatalogueModel } from "@lorank/core/memory";
import { describe, expect, test } from "vitest";
import { answerSentence } from "../../src/commands/memory/answer-words.ts";
import { readMemoryFlags } from "../../src/commands/memory/choices.ts";
import { type ModelMemory, modelMemory } from "../../src/commands/memory/estimate.ts";

/** The answer about models of the catalogue, without figures: `(#)` is a range with its unit. */
function sentence(models: string, flags: Record<string, string | boolean>): string {
  return full(models, flags).replace(/[\d.]+(?: [A-Z]i?B)?–[\d.]+ [KMGT]i?B/g, "#");
}

function full(models: string, flags: Record<string, string | boolean>): string {
  return answerSentence(answered(models, flags));
}

function answered(models: string, flags: Record<string, string | boolean>): ModelMemory[] {
  return models.split(" ").map((name) => {
    const { config } = matchCatalogueModel(name)!.model;
    return modelMemory({ name, config }, undefined, readMemoryFlags(flags));
  });
}

const qlora = { method: "qlora", ranks: "64" };

describe("the answer about one model", () => {
  test("with a card: fits, whatever checkpointing is", () => {
    expect(sentence("llama-3.2-1b", { gpu: "h100", ranks: "16" })).toBe(
      "llama-3.2-1b, 1 × 1,024 tokens, on an H100 (80 GB): rank 16 with LoRA fits (#).",
    );
  });

  test("with a card: fits with checkpointing and not without", () => {
    expect(sentence("llama-3.1-8b", { ...qlora, gpu: "13GB", profile: "unsloth" })).toBe(
      "llama-3.1-8b, 1 × 1,024 tokens, on a 13 GB card: rank 64 with QLoRA and gradient checkpointing fits (#); without checkpointing, it may fit (#).",
    );
    expect(sentence("llama-3.1-8b", { ...qlora, gpu: "11GB", profile: "unsloth" })).toBe(
      "llama-3.1-8b, 1 × 1,024 tokens, on an 11 GB card: rank 64 with QLoRA and gradient checkpointing fits (#); without checkpointing, it does not fit (#).",
    );
  });

  test("with a card: checkpointing would make it fit", () => {
    expect(sentence("llama-3.1-8b", { gpu: "24GB", ranks: "8" })).toBe(
      "llama-3.1-8b, 1 × 1,024 tokens, on a 24 GB card: rank 8 with LoRA does not fit (#); with gradient checkpointing, it fits (#).",
    );
  });

  test("with a card: other changes would make it fit, in flags", () => {
    expect(sentence("llama-3.1-8b", { gpu: "24GB", ranks: "64", seq: "2048" })).toMatch(
      /rank 64 with LoRA does not fit \(#\); with --[a-z-]+ \S+( --[a-z-]+ \S+)*, it fits \(#\)\.$/,
    );
  });

  test("with a card: nothing makes it fit", () => {
    expect(sentence("llama-3.1-70b", { gpu: "8GB", ranks: "64" })).toBe(
      "llama-3.1-70b, 1 × 1,024 tokens, on an 8 GB card: rank 64 with LoRA does not fit (#); no change of settings makes it fit.",
    );
  });

  test("several ranks with one verdict, and with several", () => {
    expect(sentence("llama-3.1-8b", { gpu: "40GB" })).toBe(
      "llama-3.1-8b, 1 × 1,024 tokens, on a 40 GB card: ranks 4 to 64 with LoRA fit (# at rank 4, # at rank 64).",
    );
    expect(sentence("llama-3.1-8b", { gpu: "t4", method: "qlora", ranks: "64,8,16" })).toBe(
      "llama-3.1-8b, 1 × 1,024 tokens, on a T4 (16 GB): ranks 8 and 16 with QLoRA and gradient checkpointing fit, rank 64 may fit (# at rank 64); with --loss chunked, rank 64 fits (#).",
    );
  });

  test("without a card: what it needs and the smallest card for it", () => {
    expect(sentence("llama-3.1-8b", { ranks: "16" })).toBe(
      "llama-3.1-8b, 1 × 1,024 tokens: rank 16 with LoRA needs #; the smallest card that surely holds it has 40 GB (A100 40GB), one of 32 GB (RTX 5090) may.",
    );
    expect(sentence("llama-3.1-8b", {})).toMatch(
      /: ranks 4 to 64 with LoRA need # \(rank 4\) to # \(rank 64\), 1\.89 GB more; the smallest card that surely holds rank 64 has/,
    );
    expect(sentence("llama-3.1-405b", { ranks: "8" })).toBe(
      "llama-3.1-405b, 1 × 1,024 tokens: rank 8 with LoRA needs #; no common card surely holds it.",
    );
  });

  test("names what is trained: a base that was chosen, QLoRA on another base, all weights, all three", () => {
    expect(sentence("llama-3.2-1b", { ranks: "8", base: "nf4-dq", gpu: "h200" })).toContain(
      "rank 8 with LoRA on a base in nf4-dq fits",
    );
    expect(sentence("llama-3.2-1b", { ...qlora, base: "int8", gpu: "h200" })).toContain(
      "rank 64 with QLoRA and gradient checkpointing on a base in int8 fits",
    );
    expect(sentence("llama-3.1-8b", { method: "full", gpu: "h100" })).toBe(
      "llama-3.1-8b, 1 × 1,024 tokens, on an H100 (80 GB): full fine-tuning does not fit (#); with --optimizer adamw-8bit, it fits (#).",
    );
    expect(sentence("llama-3.1-8b", { method: "compare", ranks: "16", gpu: "24GB" })).toBe(
      "llama-3.1-8b, 1 × 1,024 tokens, on a 24 GB card: rank 16 with LoRA does not fit (#); rank 16 with QLoRA and gradient checkpointing fits (#); full fine-tuning does not fit (#); with gradient checkpointing, rank 16 with LoRA fits (#).",
    );
  });

  test("a comparison names the rank with LoRA, and no base that LoRA would leave", () => {
    expect(sentence("llama-3.1-8b", { method: "compare", ranks: "16" })).toMatch(
      /full fine-tuning needs #; the smallest card that surely holds rank 16 with LoRA has 40 GB/,
    );
    expect(sentence("llama-3.1-8b", { method: "compare", ranks: "16", gpu: "t4" })).toMatch(
      /full fine-tuning does not fit \(#\)\.$/,
    );
  });

  test("names flags that make it fit when they are typed", () => {
    const asked = { gpu: "t4", method: "qlora", ranks: "64" };
    expect(sentence("llama-3.1-8b", asked)).toMatch(/may fit \(#\); with --loss chunked, it fits \(#\)\.$/);
    expect(sentence("llama-3.1-8b", { ...asked, loss: "chunked" })).toContain("checkpointing fits (#)");
  });

  test("says of any method that checkpointing is on", () => {
    expect(sentence("llama-3.2-1b", { profile: "trl", ranks: "8", gpu: "h200" })).toContain(
      "rank 8 with LoRA and gradient checkpointing fits",
    );
    expect(sentence("llama-3.2-1b", { profile: "trl", method: "full", gpu: "h200" })).toContain(
      "full fine-tuning with gradient checkpointing fits",
    );
  });

  test("a card that cannot run what was asked is told, behind the answer and in the document", () => {
    const limits = (flags: Record<string, string>) =>
      answered("llama-3.2-1b", { ranks: "8", ...flags }).flatMap(({ limits = [] }) => limits);
    expect(limits({ gpu: "p100", attention: "flash" })).toEqual([
      "P100 has no bf16 in hardware; fp16 takes as much memory (requested: base bf16).",
      "P100 cannot run FlashAttention 2; sdpa takes as much memory (requested: attention flash).",
    ]);
    expect(limits({ gpu: "p100", base: "fp16" })).toEqual([]);
    expect(limits({ gpu: "16GB" })).toEqual([]);
  });

  test("speaks in the unit of the card", () => {
    expect(full("llama-3.1-8b", { gpu: "40GiB", ranks: "16" })).toMatch(/ fits \([\d.]+–[\d.]+ GiB\)\.$/);
    expect(full("llama-3.1-8b", { gpu: "l40s", ranks: "16" })).toMatch(/ fits \([\d.]+–[\d.]+ GB\)\.$/);
  });
});

describe("the answer about several models", () => {
  test("has the largest rank of each", () => {
    expect(sentence("llama-3.2-1b llama-3.1-8b", { gpu: "24GB", ranks: "4,16" })).toBe(
      "Rank 16 with LoRA, 1 × 1,024 tokens, on a 24 GB card: llama-3.2-1b fits (#); llama-3.1-8b does not fit (#).",
    );
    expect(sentence("llama-3.2-1b llama-3.1-8b", qlora)).toBe(
      "Rank 64 with QLoRA and gradient checkpointing, 1 × 1,024 tokens: llama-3.2-1b needs #; llama-3.1-8b needs #.",
    );
    expect(sentence("llama-3.2-1b llama-3.1-8b", { method: "compare", ranks: "16", gpu: "24GB" })).toMatch(
      /^Rank 16, 1 × 1,024 tokens, on a 24 GB card: llama-3\.2-1b LoRA fits \(#\), QLoRA and gradient checkpointing fits \(#\), full fine-tuning fits \(#\); llama-3\.1-8b LoRA does not fit/,
    );
  });
});
