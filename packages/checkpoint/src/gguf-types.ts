import type { TensorDType } from "./dtype.ts";

interface GgufBlock {
  readonly elements: number;
  readonly bytes: number;
}

// GGUF type ids and block sizes. Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, and the
// sizes in the Python package "gguf" 0.19.

/** Readable types: id in a file, elements per block, bytes per block. */
const READ = {
  F32: [0, 1, 4],
  F16: [1, 1, 2],
  BF16: [30, 1, 2],
  F64: [28, 1, 8],
  Q4_0: [2, 32, 18],
  Q4_1: [3, 32, 20],
  Q5_0: [6, 32, 22],
  Q5_1: [7, 32, 24],
  Q8_0: [8, 32, 34],
  Q4_K: [12, 256, 144],
  Q5_K: [13, 256, 176],
  Q6_K: [14, 256, 210],
} as const;

/** Unread types known in headers: id in a file, elements per block, bytes per block. */
const KNOWN = {
  Q8_1: [9, 32, 40],
  Q2_K: [10, 256, 84],
  Q3_K: [11, 256, 110],
  Q8_K: [15, 256, 292],
  IQ2_XXS: [16, 256, 66],
  IQ2_XS: [17, 256, 74],
  IQ3_XXS: [18, 256, 98],
  IQ1_S: [19, 256, 50],
  IQ4_NL: [20, 32, 18],
  IQ3_S: [21, 256, 110],
  IQ2_S: [22, 256, 82],
  IQ4_XS: [23, 256, 136],
  I8: [24, 1, 1],
  I16: [25, 1, 2],
  I32: [26, 1, 4],
  I64: [27, 1, 8],
  IQ1_M: [29, 256, 56],
  TQ1_0: [34, 256, 54],
  TQ2_0: [35, 256, 66],
  MXFP4: [39, 32, 17],
  NVFP4: [40, 64, 36],
} as const;

/** GGUF element types read as float32. */
export type GgufDType = keyof typeof READ;

export type GgufTypeName = GgufDType | keyof typeof KNOWN;

/** Element types `readFloat32` reads. */
export type StoredDType = TensorDType | GgufDType;

export const GGUF_DTYPES = Object.keys(READ) as readonly GgufDType[];

const TYPES: Readonly<Record<GgufTypeName, readonly [id: number, elements: number, bytes: number]>> = {
  ...READ,
  ...KNOWN,
};
const NAMES = new Map(Object.entries(TYPES).map(([name, [id]]) => [id, name as GgufTypeName]));

export function ggufTypeName(id: number): GgufTypeName | undefined {
  return NAMES.get(id);
}

export function ggufTypeId(type: GgufTypeName): number {
  return TYPES[type][0];
}

export function ggufBlock(type: GgufTypeName): GgufBlock {
  const [, elements, bytes] = TYPES[type];
  return { elements, bytes };
}

export function isGgufDType(type: string): type is GgufDType {
  return Object.hasOwn(READ, type);
}
