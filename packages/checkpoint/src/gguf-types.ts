import type { TensorDType } from "./dtype.ts";

/** How a block of elements is stored. A row of a tensor is a whole number of blocks. */
interface GgufBlock {
  readonly elements: number;
  readonly bytes: number;
}

const block = (elements: number, bytes: number): GgufBlock => ({ elements, bytes });

// Source: the format's description, https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, and the sizes in the
// Python package "gguf" 0.19.

/** The types that are read, by their names; their ids are in {@link TYPE_NAMES}. */
const READ = {
  F32: block(1, 4),
  F16: block(1, 2),
  BF16: block(1, 2),
  F64: block(1, 8),
  Q4_0: block(32, 18),
  Q4_1: block(32, 20),
  Q5_0: block(32, 22),
  Q5_1: block(32, 24),
  Q8_0: block(32, 34),
  Q4_K: block(256, 144),
  Q5_K: block(256, 176),
  Q6_K: block(256, 210),
} as const;

/** Types whose sizes are known, so that a header that names them can be checked; their values are not read. */
const KNOWN = {
  Q8_1: block(32, 40),
  Q2_K: block(256, 84),
  Q3_K: block(256, 110),
  Q8_K: block(256, 292),
  IQ2_XXS: block(256, 66),
  IQ2_XS: block(256, 74),
  IQ3_XXS: block(256, 98),
  IQ1_S: block(256, 50),
  IQ4_NL: block(32, 18),
  IQ3_S: block(256, 110),
  IQ2_S: block(256, 82),
  IQ4_XS: block(256, 136),
  I8: block(1, 1),
  I16: block(1, 2),
  I32: block(1, 4),
  I64: block(1, 8),
  IQ1_M: block(256, 56),
  TQ1_0: block(256, 54),
  TQ2_0: block(256, 66),
  MXFP4: block(32, 17),
  NVFP4: block(64, 36),
} as const;

/** The element types of a GGUF that are read as float32. */
export type GgufDType = keyof typeof READ;

/** Any element type that a GGUF is known to use. */
export type GgufTypeName = GgufDType | keyof typeof KNOWN;

/** Whatever a tensor that `readFloat32` reads may be stored as. */
export type StoredDType = TensorDType | GgufDType;

export const GGUF_DTYPES = Object.keys(READ) as readonly GgufDType[];

const TYPE_NAMES: Readonly<Record<number, GgufTypeName>> = {
  0: "F32",
  1: "F16",
  2: "Q4_0",
  3: "Q4_1",
  6: "Q5_0",
  7: "Q5_1",
  8: "Q8_0",
  9: "Q8_1",
  10: "Q2_K",
  11: "Q3_K",
  12: "Q4_K",
  13: "Q5_K",
  14: "Q6_K",
  15: "Q8_K",
  16: "IQ2_XXS",
  17: "IQ2_XS",
  18: "IQ3_XXS",
  19: "IQ1_S",
  20: "IQ4_NL",
  21: "IQ3_S",
  22: "IQ2_S",
  23: "IQ4_XS",
  24: "I8",
  25: "I16",
  26: "I32",
  27: "I64",
  28: "F64",
  29: "IQ1_M",
  30: "BF16",
  34: "TQ1_0",
  35: "TQ2_0",
  39: "MXFP4",
  40: "NVFP4",
};

/** The type of that id in a file, or undefined. */
export function ggufTypeName(id: number): GgufTypeName | undefined {
  return TYPE_NAMES[id];
}

/** The id of a type in a file. */
export function ggufTypeId(type: GgufTypeName): number {
  return Number(Object.keys(TYPE_NAMES).find((id) => TYPE_NAMES[Number(id)] === type));
}

export function ggufBlock(type: GgufTypeName): GgufBlock {
  return isGgufDType(type) ? READ[type] : KNOWN[type];
}

export function isGgufDType(type: string): type is GgufDType {
  return Object.hasOwn(READ, type);
}
