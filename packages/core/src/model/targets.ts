import { InputError } from "../errors.ts";
import { assertList } from "../options.ts";
import { type ModelLinear, pathInLayer, type SingleLinear, singleLinears } from "./linear-shapes.ts";
import type { ModelShape } from "./shape.ts";

/**
 * Selects the layers of `shape` that get an adapter. `count` is lowered if a name picks single layers.
 *
 * A name matches a module path as PEFT matches a list: the whole path, or its last parts behind a dot. So `dense` takes
 * all layers of BERT that end in it, `output.dense` takes `attention.output.dense` too, and `layers.0.self_attn.q_proj`
 * takes the first layer only. "all-linear" takes every linear layer except the output head, in BERT with
 * `pooler.dense`.
 *
 * `lm_head` is taken only by name. So are routed experts and their routers: `w1`, `w2`, `w3` of a Mixtral, where
 * `experts.0.w1` takes the first expert of each layer. transformers 5 stacks experts in parameters that are no linear
 * layers. PEFT 0.21, unlike older ones, still adapts those of Mixtral, Qwen3 and DeepSeek under "all-linear". Gate and
 * up are one matrix there with twice the rank.
 *
 * Throws E_TARGET naming every entry that matches nothing.
 *
 * Source: peft 0.21, `check_target_module_exists` and `_maybe_include_all_linear_layers`
 */
export function selectTargets(
  shape: ModelShape,
  targetModules: readonly string[] | "all-linear",
): readonly ModelLinear[] {
  if (targetModules === "all-linear") return shape.linears;
  assertList("targetModules", targetModules);
  const outputs = shape.headLinears.filter(({ role }) => role === "output");
  const candidates = [...shape.linears, ...shape.experts, ...shape.routers, ...outputs];
  return matching(shape, candidates, targetModules).map(({ linear, layers }) =>
    layers === "all" ? linear : { ...linear, count: layers.length },
  );
}

/** One linear layer of a model. */
export interface TargetLayer extends Pick<ModelLinear, "name" | "inDim" | "outDim"> {
  /** Its module path in the checkpoint: `model.layers.3.self_attn.q_proj`. */
  readonly path: string;
  /** Its weight is stored `[inDim, outDim]`. */
  readonly transposed: boolean;
}

/**
 * Lists the layers of {@link selectTargets} one by one, in the order in which a token passes them. Only layers of
 * "all-linear" can be named. Throws E_TARGET naming every entry that matches nothing.
 */
export function targetLayers(
  shape: ModelShape,
  targetModules: readonly string[] | "all-linear",
): readonly TargetLayer[] {
  const targets =
    targetModules === "all-linear"
      ? shape.linears.flatMap(singleLinears)
      : matching(shape, shape.linears, targetModules).flatMap(({ linear, layers }) =>
          layers === "all" ? singleLinears(linear) : layers,
        );
  return targets
    .sort((a, b) => a.layer - b.layer)
    .map(({ linear: { name, inDim, outDim, transposed = false }, path }) => ({
      name,
      inDim,
      outDim,
      path,
      transposed,
    }));
}

/**
 * Finds names for all layers of "all-linear", as short as possible without naming a layer of the head. That is `dense`
 * in BERT, but `output.dense` and `intermediate.dense` in RoBERTa, whose head has a `dense` too.
 */
export function targetNames({ linears, headLinears }: ModelShape): string[] {
  const names = linears.map(({ path }) => {
    const parts = pathInLayer(path).split(".");
    const ends = parts.map((_, index) => parts.slice(-1 - index).join("."));
    return ends.find((end) => !headLinears.some((head) => isNamed(head.path, end))) ?? parts.join(".");
  });
  return [...new Set(names)];
}

/** Layers of one kind that names match. */
interface Match {
  readonly linear: ModelLinear;
  readonly layers: readonly SingleLinear[] | "all";
}

function matching(shape: ModelShape, linears: readonly ModelLinear[], names: readonly string[]): Match[] {
  if (names.length === 0) {
    throw new InputError(
      "E_TARGET",
      `targetModules must name at least one layer, got []. ${availableNames(shape)}`,
    );
  }
  const unknown = new Set(names);
  const matches = linears.map((linear) => matchOf(linear, names, unknown));
  if (unknown.size === 0) return matches.filter(({ layers }) => layers === "all" || layers.length > 0);
  const quoted = [...unknown].map((name) => JSON.stringify(name)).join(", ");
  throw new InputError("E_TARGET", `no layer matches ${quoted}. ${availableNames(shape)}`);
}

/** Matches names with a layer, and removes them from `unknown`. Expands single layers only if a name is of one. */
function matchOf(linear: ModelLinear, names: readonly string[], unknown: Set<string>): Match {
  const path = pathInLayer(linear.path);
  const ofAll = names.filter((name) => isNamed(path, name));
  const ofSome = names.filter((name) => name.endsWith(`.${path}`));
  const layers = (ofSome.length === 0 ? [] : singleLinears(linear)).filter((single) => {
    const matched = ofSome.filter((name) => isNamed(single.path, name));
    for (const name of matched) unknown.delete(name);
    return matched.length > 0;
  });
  for (const name of ofAll) unknown.delete(name);
  return { linear, layers: ofAll.length > 0 || layers.length === linear.count ? "all" : layers };
}

function isNamed(path: string, name: string): boolean {
  return path === name || path.endsWith(`.${name}`);
}

function availableNames({ linears, experts, routers }: ModelShape): string {
  const names = [...linears, ...experts, ...routers].map(({ name }) => name);
  return `This model has: ${[...new Set(names)].join(", ")}`;
}
