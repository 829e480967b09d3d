import { describe, expect, test } from "vitest";
import { blockLinears } from "../../src/base/quantize-base.ts";
import { familyOf } from "../../src/families/families.ts";
import { resolveSkipModules } from "../../src/quantize/quantize-plan.ts";

const family = familyOf({
  model_type: "gpt2",
  n_embd: 4,
  n_inner: 6,
  n_layer: 12,
  n_head: 1,
  vocab_size: 9,
  n_positions: 8,
});
const shapes = { "attn.c_attn": [4, 12], "attn.c_proj": [4, 4], "mlp.c_fc": [4, 6], "mlp.c_proj": [6, 4] };
/** As GPT-2's own file has it: without a prefix. */
const checkpoint = new Map(
  Array.from({ length: 12 }, (_, layer) =>
    Object.entries(shapes).map(([path, shape]) => [`h.${layer}.${path}.weight`, { shape }] as const),
  ).flat(),
);
const linears = blockLinears(family, checkpoint);

describe("blockLinears", () => {
  test("are those of every block, under the checkpoint's names, prefix or not", () => {
    expect(linears).toHaveLength(48);
    expect(linears[4]).toEqual({
      path: "transformer.h.1.attn.c_attn",
      layer: 1,
      pathInBlock: "attn.c_attn",
      inDim: 4,
      outDim: 12,
      transposed: true,
      tensor: "h.1.attn.c_attn.weight",
    });
  });
  test("refuse a checkpoint that lacks some or has other shapes, and name them", () => {
    const broken = new Map(checkpoint);
    broken.delete("h.3.mlp.c_fc.weight");
    broken.set("h.5.attn.c_proj.weight", { shape: [4, 5] });
    expect(() => blockLinears(family, broken)).toThrow(
      expect.objectContaining({
        code: "E_WEIGHTS",
        message:
          "transformer.h.3.mlp.c_fc.weight is missing; h.5.attn.c_proj.weight must be [4, 4], got [4, 5]",
      }),
    );
    expect(() => blockLinears(family, new Map())).toThrow("; and 40 more");
  });
});

describe("resolveSkipModules", () => {
  test.each([
    [[11], 4],
    [["c_proj"], 24],
    [["mlp.c_proj"], 12],
    [["1.mlp.c_proj"], 1], // and not of block 11
    [["transformer.h.2.attn.c_attn", "attn.c_attn", 2], 15],
    [[], 0],
  ])("%j are %i layers", (keep, count) => {
    expect(resolveSkipModules(linears, keep).size).toBe(count);
  });
  test("names what matches nothing, and what there is", () => {
    expect(() => resolveSkipModules(linears, [12, "proj", "c_fc"])).toThrow(
      expect.objectContaining({
        code: "E_KEEP_LAYERS",
        message:
          "keepLayers must be numbers of blocks, 0 to 11, or names of their linear layers " +
          '(attn.c_attn, attn.c_proj, mlp.c_fc, mlp.c_proj), got 12, "proj"',
      }),
    );
  });
});
