import { expect, test } from "vitest";
import { type GgufTypeName, ggufBlock, ggufTypeId, ggufTypeName } from "../../src/gguf-types.ts";

/**
 * Id, elements and bytes of a block. Source: `GGMLQuantizationType` and `GGML_QUANT_SIZES` of gguf 0.17.1 (`gguf/constants.py`), and
 * for MXFP4 and NVFP4, which it lacks, `block_mxfp4` and `block_nvfp4` of llama.cpp (`ggml-common.h`): scales and 4 bits an element.
 */
const published: readonly (readonly [GgufTypeName, id: number, elements: number, bytes: number])[] = [
  ["F32", 0, 1, 4],
  ["F16", 1, 1, 2],
  ["Q4_0", 2, 32, 2 + 16],
  ["Q4_1", 3, 32, 2 + 2 + 16],
  ["Q5_0", 6, 32, 2 + 4 + 16],
  ["Q5_1", 7, 32, 2 + 2 + 4 + 16],
  ["Q8_0", 8, 32, 2 + 32],
  ["Q8_1", 9, 32, 4 + 4 + 32],
  ["Q2_K", 10, 256, 2 + 2 + 256 / 16 + 256 / 4],
  ["Q3_K", 11, 256, 2 + 256 / 4 + 256 / 8 + 12],
  ["Q4_K", 12, 256, 2 + 2 + 256 / 2 + 12],
  ["Q5_K", 13, 256, 2 + 2 + 256 / 2 + 256 / 8 + 12],
  ["Q6_K", 14, 256, 2 + 256 / 2 + 256 / 4 + 256 / 16],
  ["Q8_K", 15, 256, 4 + 256 + 256 / 8],
  ["IQ2_XXS", 16, 256, 2 + 256 / 4],
  ["IQ2_XS", 17, 256, 2 + 256 / 4 + 256 / 32],
  ["IQ3_XXS", 18, 256, 2 + 256 / 4 + 256 / 8],
  ["IQ1_S", 19, 256, 2 + 256 / 8 + 256 / 16],
  ["IQ4_NL", 20, 32, 2 + 16],
  ["IQ3_S", 21, 256, 2 + 256 / 4 + 256 / 8 + 256 / 32 + 4],
  ["IQ2_S", 22, 256, 2 + 256 / 4 + 256 / 16],
  ["IQ4_XS", 23, 256, 2 + 2 + 256 / 2 + 256 / 64],
  ["I8", 24, 1, 1],
  ["I16", 25, 1, 2],
  ["I32", 26, 1, 4],
  ["I64", 27, 1, 8],
  ["F64", 28, 1, 8],
  ["IQ1_M", 29, 256, 256 / 8 + 256 / 16 + 256 / 32],
  ["BF16", 30, 1, 2],
  ["TQ1_0", 34, 256, 2 + 4 * 13],
  ["TQ2_0", 35, 256, 2 + 64],
  ["MXFP4", 39, 32, 1 + 16],
  ["NVFP4", 40, 64, 4 + 32],
];

test.each(published)("%s has the published id and block", (type, id, elements, bytes) => {
  expect(ggufTypeName(id)).toBe(type);
  expect(ggufTypeId(type)).toBe(id);
  expect(ggufBlock(type)).toEqual({ elements, bytes });
});

test("no other id is known", () => {
  const ids = Array.from({ length: 64 }, (_, id) => id).filter((id) => ggufTypeName(id) !== undefined);
  expect(ids).toEqual(published.map(([, id]) => id));
});
