import { cutText } from "@lorank/core";
import { type BlockSize, blockSizes, type Format4bit, nestedBlockSize } from "./quantized.ts";

/** PyTorch weight type before quantisation. */
export type WeightDType = "float32" | "float16" | "bfloat16";

/** Weight before quantisation. */
export interface WeightOrigin {
  /** Weight shape `[outDim, inDim]`, row-major. */
  readonly shape: readonly number[];
  readonly dtype: WeightDType;
}

const dtypes: readonly string[] = ["float32", "float16", "bfloat16"] satisfies WeightDType[];

/** Document beside a quantised weight, `<name>.quant_state.bitsandbytes__nf4`. */
export interface QuantState extends WeightOrigin {
  readonly format: Format4bit;
  readonly blockSize: BlockSize;
  /** Mean of the absmax, subtracted under double quantisation; undefined without. */
  readonly offset: number | undefined;
}

/** Encodes to the byte as Python's json.dumps() and bitsandbytes' `pack_dict_to_tensor` write it. */
export function encodeQuantState({ format, blockSize, dtype, shape, offset }: QuantState): Uint8Array {
  const members = [
    `"quant_type": "${format}"`,
    `"blocksize": ${blockSize}`,
    `"dtype": "${dtype}"`,
    `"shape": [${shape.join(", ")}]`,
  ];
  if (offset !== undefined) {
    members.push(
      `"nested_blocksize": ${nestedBlockSize}`,
      '"nested_dtype": "float32"',
      `"nested_offset": ${pythonFloat(offset)}`,
    );
  }
  return new TextEncoder().encode(`{${members.join(", ")}}`);
}

/** Decodes a quant state; faults are appended to `problems`. */
export function decodeQuantState(
  bytes: Uint8Array,
  format: Format4bit,
  problems: string[],
): QuantState | undefined {
  const found = problems.length;
  const state = parsed(bytes);
  if (state === undefined) {
    problems.push("quant_state must be a JSON object in UTF-8, got something else");
    return undefined;
  }
  const expect = (field: string, rule: string, holds: boolean): void => {
    if (holds) return;
    const got = state[field] === undefined ? "nothing" : cutText(JSON.stringify(state[field]), 60);
    problems.push(`${field} must be ${rule}, got ${got}`);
  };
  const { blocksize: blockSize, dtype, shape, nested_offset: offset } = state;
  expect("quant_type", JSON.stringify(format), state.quant_type === format);
  expect(
    "blocksize",
    `one of ${blockSizes.join(", ")}`,
    (blockSizes as readonly unknown[]).includes(blockSize),
  );
  expect("dtype", `one of ${dtypes.join(", ")}`, dtypes.includes(dtype as string));
  expect("shape", "a list of positive integers", isShape(shape));
  if (offset !== undefined) {
    expect("nested_blocksize", String(nestedBlockSize), state.nested_blocksize === nestedBlockSize);
    expect("nested_dtype", '"float32"', state.nested_dtype === "float32");
    expect("nested_offset", "a finite float32 number", isFloat32(offset));
  }
  if (problems.length > found) return undefined;
  return {
    format,
    blockSize: blockSize as BlockSize,
    dtype: dtype as WeightDType,
    shape: shape as number[],
    offset: offset as number | undefined,
  };
}

function parsed(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Readonly<Record<string, unknown>>;
  } catch {} // reported by the caller, with the weight's name
  return undefined;
}

function isShape(value: unknown): boolean {
  if (!Array.isArray(value) || value.length === 0) return false;
  return (
    value.every((size) => Number.isSafeInteger(size) && size > 0) &&
    Number.isSafeInteger(value.reduce((product: number, size: number) => product * size, 1))
  );
}

function isFloat32(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value) && Math.fround(value) === value;
}

/** Finite float64 as Python's repr() and json.dumps() write it. */
export function pythonFloat(value: number): string {
  const [digits, power] = value.toExponential().split("e") as [string, string];
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 16) {
    const text = Object.is(value, -0) ? "-0" : String(value);
    return Number.isInteger(value) ? `${text}.0` : text;
  }
  return `${digits}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

const stateSuffix = ".quant_state.bitsandbytes__";

export type CheckpointNames = ReturnType<typeof checkpointNames>;

/** Tensor names for a weight; the last two only under double quantisation. */
export function checkpointNames(name: string, format: Format4bit) {
  return {
    codes: name,
    absmax: `${name}.absmax`,
    quantMap: `${name}.quant_map`,
    state: `${name}${stateSuffix}${format}`,
    nestedAbsmax: `${name}.nested_absmax`,
    nestedQuantMap: `${name}.nested_quant_map`,
  };
}

/** Weight name and format that a quant state's tensor name tells. */
export function weightOfState(tensor: string): { name: string; format: Format4bit } | undefined {
  for (const format of ["nf4", "fp4"] as const) {
    const end = `${stateSuffix}${format}`;
    if (tensor.endsWith(end)) return { name: tensor.slice(0, -end.length), format };
  }
  return undefined;
}
