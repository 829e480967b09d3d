import { transpose } from "../tensor.ts";
import type { GgufFamily, Transform } from "./families/family.ts";

interface TensorPlace {
  readonly name: string;
  /** Tensor name in the file without the layer: `attn_q.weight`. */
  readonly local: string;
}

export function tensorInModel(
  name: string,
  { modules, layer, derived }: GgufFamily,
  layers: number,
): TensorPlace | "derived" | undefined {
  const inLayer = /^blk\.(0|[1-9]\d{0,8})\.(.+)$/.exec(name);
  const local = inLayer?.[2] ?? name;
  if (derived.includes(local)) return "derived";
  const parts = /^(.+)\.(weight|bias)$/.exec(local);
  if (parts === null || Number(inLayer?.[1] ?? 0) >= layers) return undefined;
  const table = inLayer === null ? modules : layer.modules;
  const module = parts[1]!;
  if (!Object.hasOwn(table, module)) return undefined;
  const prefix = inLayer === null ? "" : layer.path.replace("*", inLayer[1]!);
  return { name: `${prefix}${table[module]}.${parts[2]}`, local };
}

interface ModulePlace {
  /** Module name in the file, `blk.3.attn_q`. */
  readonly name: string;
  readonly local: string;
  /** Hugging Face path from the layer index on, `3.self_attn.q_proj`; the whole path outside layers. */
  readonly inLayers: string;
}

/** Finds a module in the file by Hugging Face path, with or without the model's prefix, `bert.encoder.layer.0`. */
export function moduleInFile(path: string, { modules, layer }: GgufFamily): ModulePlace | undefined {
  const before = layer.path.slice(0, layer.path.indexOf("*"));
  const ownName = before.slice(0, before.indexOf(".") + 1);
  const nameOf = (table: Readonly<Record<string, string>>, module: string) =>
    Object.keys(table).find((name) => table[name] === module);
  for (const candidate of [path, path.slice(path.indexOf(".") + 1), ownName + path]) {
    const inLayers = candidate.startsWith(before) ? candidate.slice(before.length) : candidate;
    const parts = inLayers === candidate ? null : /^(0|[1-9]\d{0,8})\.(.+)$/.exec(inLayers);
    const local = parts === null ? nameOf(modules, candidate) : nameOf(layer.modules, parts[2]!);
    if (local !== undefined)
      return { name: parts === null ? local : `blk.${parts[1]}.${local}`, local, inLayers };
  }
  return undefined;
}

export function transformedShape(transform: Transform, shape: readonly number[]): readonly number[] {
  return transform.kind === "transposed" ? [...shape].reverse() : shape;
}

/** Rule that `shape` breaks for this change, in words; undefined if it breaks none. */
export function shapeProblem(transform: Transform, shape: readonly number[]): string | undefined {
  if (transform.kind === "transposed" && shape.length !== 2) return "2 dimensions";
  if (transform.kind === "interleaved-heads" && (shape[0] ?? 1) % (2 * transform.heads) !== 0) {
    return `rows of a multiple of ${2 * transform.heads}, two halves of ${transform.heads} heads`;
  }
  return undefined;
}

/** Undoes the converter's change, perhaps in `values`; the result has the transformed shape. */
export function undo(transform: Transform, values: Float32Array, shape: readonly number[]): Float32Array {
  switch (transform.kind) {
    case "as-is":
      return values;
    case "one-added":
      for (let i = 0; i < values.length; i++) values[i] = values[i]! - 1;
      return values;
    case "transposed":
      return transpose(values, shape[0]!, shape[1]!);
    case "interleaved-heads":
      return separateHalves(values, shape[0]!, transform.heads);
  }
}

/**
 * Repeats the converter's row order in B `[out, rank]`, whose rows are the weight's. A needs no change, nor does a
 * transposed weight: PEFT has A and B for its `[out, in]` form too.
 */
export function redoRows(transform: Transform, values: Float32Array, rows: number): Float32Array {
  if (transform.kind !== "interleaved-heads") return values;
  return movedRows(values, rows, (row) => [separatedRow(row, rows / transform.heads), row]);
}

/** Separates each head's interleaved halves. Rows are `[in]`, or single bias values. */
function separateHalves(values: Float32Array, rows: number, heads: number): Float32Array {
  return movedRows(values, rows, (row) => [row, separatedRow(row, rows / heads)]);
}

/** Row after separation: `2 i + half` in a head with `dim` rows becomes `half · dim / 2 + i`. */
function separatedRow(row: number, dim: number): number {
  const inHead = row % dim;
  return row - inHead + (inHead & 1) * (dim / 2) + (inHead >> 1);
}

function movedRows(
  values: Float32Array,
  rows: number,
  move: (row: number) => readonly [from: number, to: number],
): Float32Array {
  const columns = values.length / rows;
  const out = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    const [from, to] = move(row);
    out.set(values.subarray(from * columns, (from + 1) * columns), to * columns);
  }
  return out;
}
