import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LinearShape } from "../../src/model/linear-shapes.ts";
import { countLoraParams } from "../../src/model/lora.ts";
import { modelShapeFromConfig } from "../../src/model/model-shape.ts";
import { selectTargets } from "../../src/model/targets.ts";
import {
  llama2With7B,
  llama31With8B,
  llama32With1B,
  llama32With3B,
  mistral7B,
  qwen3With8B,
} from "../models.ts";

const attention = ["q_proj", "k_proj", "v_proj", "o_proj"];
const mlp = ["gate_proj", "up_proj", "down_proj"];

function count(config: unknown, targets: readonly string[] | "all-linear", rank: number): number {
  return countLoraParams(selectTargets(modelShapeFromConfig(config), targets), rank);
}

const linearShape: fc.Arbitrary<LinearShape> = fc.record({
  name: fc.constantFrom("q_proj", "v_proj", "dense"),
  inDim: fc.integer({ min: 64, max: 20_000 }),
  outDim: fc.integer({ min: 64, max: 20_000 }),
  count: fc.integer({ min: 1, max: 128 }),
});
const rankThatFits = fc.integer({ min: 1, max: 64 });

describe("countLoraParams", () => {
  test.each([
    // printed by PEFT, litgpt and their papers
    ["Llama 2 7B", llama2With7B, ["q_proj", "v_proj"], 8, 4_194_304],
    ["Llama 2 7B", llama2With7B, "all-linear", 64, 159_907_840],
    ["Llama 3.2 3B", llama32With3B, ["q_proj", "v_proj"], 32, 9_175_040],
    ["Llama 3.2 3B", llama32With3B, ["q_proj", "v_proj"], 64, 18_350_080],
    ["Llama 3.2 3B", llama32With3B, mlp, 10, 9_461_760],
    ["Mistral 7B", mistral7B, attention, 16, 13_631_488],
    // published per unit of rank
    ["Llama 3.1 8B", llama31With8B, mlp, 1, 1_769_472],
    ["Llama 3.1 8B", llama31With8B, attention, 1, 851_968],
    ["Llama 3.2 1B", llama32With1B, mlp, 1, 491_520],
    ["Llama 3.2 1B", llama32With1B, attention, 1, 212_992],
    ["Llama 3.2 3B", llama32With3B, mlp, 1, 946_176],
    ["Llama 3.2 3B", llama32With3B, attention, 1, 573_440],
    ["Qwen3 8B", qwen3With8B, mlp, 1, 1_769_472],
    ["Qwen3 8B", qwen3With8B, attention, 1, 958_464],
  ] as const)("gives the published figure for %s, %o at %#", (_, config, targets, rank, published) => {
    expect(count(config, targets, rank)).toBe(published);
  });

  test("counts a non-square weight by in + out, not 2 * in", () => {
    // Llama 3.2 1B v_proj under grouped-query attention: 2048 -> 512
    const gqa: LinearShape = { name: "v_proj", inDim: 2048, outDim: 512, count: 16 };
    expect(countLoraParams([gqa], 8)).toBe(16 * 8 * 2560);
  });

  test("is linear in rank", () => {
    fc.assert(
      fc.property(fc.array(linearShape, { maxLength: 8 }), rankThatFits, (targets, rank) => {
        expect(countLoraParams(targets, rank)).toBe(rank * countLoraParams(targets, 1));
      }),
    );
  });

  test("adds up over targets", () => {
    fc.assert(
      fc.property(fc.array(linearShape), fc.array(linearShape), rankThatFits, (some, others, rank) => {
        expect(countLoraParams([...some, ...others], rank)).toBe(
          countLoraParams(some, rank) + countLoraParams(others, rank),
        );
      }),
    );
  });

  test("a full-rank adapter is no smaller than the matrix it adapts", () => {
    fc.assert(
      fc.property(linearShape, (target) => {
        const fullRank = Math.min(target.inDim, target.outDim);
        expect(countLoraParams([target], fullRank)).toBeGreaterThan(
          target.count * target.inDim * target.outDim,
        );
      }),
    );
  });
});

describe("of DoRA, countLoraParams", () => {
  test("adds one magnitude a row: PEFT's figure for Llama 3.2 3B, q_proj and v_proj, rank 32", () => {
    const targets = selectTargets(modelShapeFromConfig(llama32With3B), ["q_proj", "v_proj"]);
    // by hand: 9,175,040 + 28 * (3072 + 1024)
    expect(countLoraParams(targets, 32, { dora: true })).toBe(9_289_728);
  });
});
