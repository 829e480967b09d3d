import {
  type ModelSource,
  modelConfig,
  modelDigest,
  modelWeights,
  type TensorSource,
} from "@lorank/checkpoint";
import { InputError } from "@lorank/core";
import type { BaseQuantization, BaseWeights } from "@lorank/evidence/schema";
import { float32, sizeOf } from "@lorank/graph";
import type { Quantized4bit } from "@lorank/quant";
import { quantizedNames, readQuantized } from "@lorank/quant/checkpoint";
import { familyOf } from "../families/families.ts";
import type { Family, Head, HeadModule } from "../families/family.ts";
import {
  type BaseWeight,
  getOrMake,
  type QuantizedTensor,
  type WeightShape,
  weightShapes,
} from "../transformer/weights.ts";
import { drawnWeights } from "./initial-weights.ts";
import { keeper, problemList } from "./quantize-base.ts";

export interface Base {
  readonly family: Family;
  readonly head: HeadModule;
  /** Frozen base weights by checkpoint name; a head that is trained whole may be missing. */
  readonly weights: Map<string, BaseWeight>;
  /** Base's 4-bit format if its codes stay in the checkpoint file and are read at each use; else absent. */
  readonly inFile?: BaseQuantization | undefined;
}

/**
 * Loads a spec's base. Throws E_BASE for another model than the spec names, E_WEIGHTS with every missing or misshapen
 * tensor.
 */
export function loadBase(spec: BaseWeights, model: ModelSource, task: Head): Base {
  const { config, sha256 } = modelConfig(model);
  const family = familyOf(config);
  const [expected, actual] =
    spec.kind === "random" ? [spec.configSha256, sha256] : [spec.sha256, modelDigest(model)];
  if (expected !== actual) {
    throw new InputError(
      "E_BASE",
      `${model.path} must hold the model ${expected.slice(0, 12)}… that the trial names, got ${actual.slice(0, 12)}…`,
    );
  }
  if (spec.kind === "pretrained") return readBase(model, task, spec.quantization);
  const head = family.head(task);
  const keep = keeper(family, spec.quantization);
  const weights = new Map<string, BaseWeight>();
  for (const [weight, value] of drawnWeights(family, head, spec.seed))
    weights.set(weight.name, keep(weight, value));
  return { family, head, weights };
}

/**
 * Reads a base and quantises layer by layer, to need little memory. bitsandbytes' 4-bit weights are not changed.
 * @throws InputError E_WEIGHTS with every missing or misshapen tensor, E_QUANTIZE for another 4-bit format.
 */
export function readBase(model: ModelSource, task: Head, quantization?: BaseQuantization): Base {
  const { path } = model;
  const family = familyOf(modelConfig(model).config);
  const head = family.head(task);
  const source = modelWeights(model);
  const rooms = new Map<string, CodesRoom>();
  const roomOf = (weight: string): CodesRoom => {
    const block = blockPaths.find((path) => weight.startsWith(path)) ?? "";
    return getOrMake(rooms, weight.slice(block.length), () => ({}));
  };
  const blockPaths = Array.from({ length: family.layers }, (_, layer) => `${family.blockPath(layer)}.`);
  try {
    const places = locateWeights(family, head, source, path);
    const keep = keeper(family, quantization);
    const weights = new Map<string, BaseWeight>();
    let inFile: BaseQuantization | undefined;
    for (const [weight, { name, in4bit }] of places) {
      if (!in4bit) {
        weights.set(weight.name, keep(weight, float32(weight.shape, source.readFloat32(name))));
        continue;
      }
      const read = readIn4bit(source, name, weight, path);
      const codes = source.keptInFile?.(name);
      if (codes) inFile ??= formatOf(read.quantized);
      weights.set(weight.name, keep(weight, codes ? keptInFile(read, codes, roomOf(weight.name)) : read));
    }
    return { family, head, weights, inFile };
  } finally {
    source.close();
  }
}

function formatOf({ format, blockSize, absmax }: Quantized4bit): BaseQuantization {
  return { format, blockSize, ...(absmax.kind === "double" ? { doubleQuant: true } : {}) };
}

/** Buffer for a layer's 4-bit codes, overwritten by the same layer in other blocks. */
interface CodesRoom {
  codes?: Uint8Array;
}

/** 4-bit weight with codes in the checkpoint file: read at each use, valid until another block reads that layer. */
function keptInFile(
  weight: QuantizedTensor,
  read: (into: Uint8Array) => void,
  room: CodesRoom,
): QuantizedTensor {
  const { codes, ...rest } = weight.quantized;
  const { length } = codes;
  const quantized = {
    ...rest,
    get codes() {
      if (room.codes?.length !== length) room.codes = new Uint8Array(length);
      read(room.codes);
      return room.codes;
    },
  };
  return { ...weight, quantized };
}

function readIn4bit(source: TensorSource, name: string, weight: WeightShape, path: string): QuantizedTensor {
  const read = readQuantized(source, name);
  if (read.shape.join() === weight.quantizedShape!.join()) return read;
  throw unfit(path, [wrongShape(name, weight.quantizedShape!, read.shape)]);
}

/** Throws E_WEIGHTS unless `source` holds a whole base, E_QUANTIZE for another 4-bit format. Reads one weight. */
export function assertWeights(
  family: Family,
  head: HeadModule,
  source: TensorSource,
  path: string,
  quantization?: BaseQuantization,
): void {
  const places = locateWeights(family, head, source, path);
  const first = [...places].find(([, { in4bit }]) => in4bit);
  if (quantization && first)
    keeper(family, quantization)(first[0], readIn4bit(source, first[1].name, first[0], path));
}

interface WeightPlace {
  readonly name: string;
  readonly in4bit: boolean;
}

function locateWeights(
  family: Family,
  head: HeadModule,
  source: TensorSource,
  path: string,
): Map<WeightShape, WeightPlace> {
  const { tensors } = source;
  const quantized = quantizedNames(source);
  const places = new Map<WeightShape, WeightPlace>();
  const problems: string[] = [];
  for (const weight of weightShapes(family, head)) {
    const name = namesInFile(weight.name, family).find((candidate) => tensors.has(candidate));
    const in4bit = name !== undefined && quantized.has(name);
    // Only the code count is checked here; the stored weight shape is read with the weight.
    const expected = in4bit ? [Math.ceil(sizeOf(weight.shape) / 2), 1] : weight.shape;
    const shape = name === undefined ? undefined : tensors.get(name)!.shape;
    if (name !== undefined && shape!.join() === expected.join() && (!in4bit || weight.quantizedShape))
      places.set(weight, { name, in4bit });
    else if (weight.trainedWhole)
      continue; // drawn anew, or part of the adapter
    else if (name === undefined) problems.push(`${weight.name} is missing`);
    else if (in4bit && !weight.quantizedShape) problems.push(`${name} must not be in 4 bits, got it so`);
    else problems.push(wrongShape(name, expected, shape!));
  }
  if (problems.length === 0) return places;
  throw unfit(path, problems);
}

function wrongShape(name: string, expected: readonly number[], actual: readonly number[]): string {
  return `${name} must be [${expected.join(", ")}], got [${actual.join(", ")}]`;
}

function unfit(path: string, problems: readonly string[]): InputError {
  return new InputError("E_WEIGHTS", `${path}: ${problemList(problems)}`);
}

/** Tensor names to try for a weight: without the family prefix, and gamma and beta in old BERT LayerNorms. */
function namesInFile(name: string, { basePrefix }: Family): string[] {
  const names = name.startsWith(basePrefix) ? [name, name.slice(basePrefix.length)] : [name];
  const old = names
    .filter((each) => /LayerNorm\.(weight|bias)$/.test(each))
    .map((each) => each.replace(/weight$/, "gamma").replace(/bias$/, "beta"));
  return [...names, ...old];
}
