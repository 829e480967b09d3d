import { modelSha256, openModelWeights, readModelConfig, type TensorSource } from "@lorank/checkpoint";
import { type BaseWeights, InputError } from "@lorank/core";
import { float32, type Tensor } from "@lorank/graph";
import { randomBase } from "./initial-weights.ts";
import { type WeightShape, weightShapes } from "./model/weights.ts";
import { familyOf } from "./models/families.ts";
import type { Family, Head, HeadModule } from "./models/family.ts";

export interface Base {
  readonly family: Family;
  readonly head: HeadModule;
  /** Every weight that the family's graphs use, by checkpoint name; of a head that is trained whole, what there is. */
  readonly weights: Map<string, Tensor>;
}

/**
 * Loads the base that a spec names from a model path, with what `task` needs behind its last block. Throws E_BASE when
 * the path holds another model, and E_WEIGHTS with every tensor that is missing or of the wrong shape.
 */
export function loadBase(spec: BaseWeights, path: string, task: Head): Base {
  const { config, sha256 } = readModelConfig(path);
  const family = familyOf(config);
  const [wanted, found] =
    spec.kind === "random" ? [spec.configSha256, sha256] : [spec.sha256, modelSha256(path)];
  if (wanted !== found) {
    throw new InputError(
      "E_BASE",
      `${path} must hold the model ${wanted.slice(0, 12)}… that the trial names, got ${found.slice(0, 12)}…`,
    );
  }
  if (spec.kind === "pretrained") return readBase(path, task);
  const head = family.head(task);
  return { family, head, weights: randomBase(family, head, spec.seed) };
}

/** Reads a base from a model path, a tensor at a time. Throws E_WEIGHTS as {@link loadBase} does. */
export function readBase(path: string, task: Head): Base {
  const family = familyOf(readModelConfig(path).config);
  const head = family.head(task);
  const source = openModelWeights(path);
  try {
    const weights = new Map<string, Tensor>();
    for (const [weight, name] of locateWeights(family, head, source, path)) {
      weights.set(weight.name, float32(weight.shape, source.readFloat32(name)));
    }
    return { family, head, weights };
  } finally {
    source.close();
  }
}

/** Throws E_WEIGHTS unless `source` holds a whole base of this family for this head. Reads no weight. */
export function assertWeights(family: Family, head: HeadModule, source: TensorSource, path: string): void {
  locateWeights(family, head, source, path);
}

/** Longest list of problems in one message. */
const MAX_PROBLEMS = 8;

/** Where in `source` each weight lies. */
function locateWeights(
  family: Family,
  head: HeadModule,
  { tensors }: TensorSource,
  path: string,
): Map<WeightShape, string> {
  const places = new Map<WeightShape, string>();
  const problems: string[] = [];
  for (const weight of weightShapes(family, head)) {
    const name = namesInFile(weight.name, family).find((candidate) => tensors.has(candidate));
    const shape = name === undefined ? undefined : tensors.get(name)!.shape;
    if (name !== undefined && shape!.join() === weight.shape.join()) places.set(weight, name);
    else if (weight.trainedWhole)
      continue; // it is drawn anew, or comes with the adapter
    else if (name === undefined) problems.push(`${weight.name} is missing`);
    else problems.push(`${name} must be [${weight.shape.join(", ")}], got [${shape!.join(", ")}]`);
  }
  if (problems.length === 0) return places;
  const more = problems.length - MAX_PROBLEMS;
  const shown = more > 0 ? [...problems.slice(0, MAX_PROBLEMS), `and ${more} more`] : problems;
  throw new InputError("E_WEIGHTS", `${path}: ${shown.join("; ")}`);
}

/**
 * Names under which a checkpoint may hold a weight: a model saved without a head has no `bert.` or `model.` before
 * them, and BERT's oldest files call a LayerNorm's gain and bias gamma and beta.
 */
function namesInFile(name: string, { basePrefix }: Family): string[] {
  const names = name.startsWith(basePrefix) ? [name, name.slice(basePrefix.length)] : [name];
  const old = names
    .filter((each) => /LayerNorm\.(weight|bias)$/.test(each))
    .map((each) => each.replace(/weight$/, "gamma").replace(/bias$/, "beta"));
  return [...names, ...old];
}
