import { InputError } from "../errors.ts";
import { assertList } from "../options.ts";
import { type ExpertRules, everyLinear, namedTargets } from "./expert-adapters.ts";
import { type ModelLinear, pathInLayer, type SingleLinear, singleLinears } from "./linear-shapes.ts";
import type { ModelShape } from "./shape.ts";

/**
 * Selects the layers in `shape` that get an adapter; `count` is lowered if a name picks single layers. Names match
 * module paths as in a PEFT list: the whole path, or its last parts behind a dot. `dense` takes all BERT layers that
 * end in it, `layers.0.self_attn.q_proj` the first layer only. "all-linear" takes every linear layer except the output
 * head, in BERT with `pooler.dense`; `lm_head` is taken only by name.
 *
 * In a mixture `experts` says whose rules hold. `separate` (transformers 4): each expert has linear layers, and
 * `experts.0.w1` is each layer's first. `stacked` (PEFT 0.21.2 with transformers 5.24): experts are parameters, such as
 * `experts.down_proj`. In Mixtral, Qwen3, DeepSeek and GLM-4.5 "all-linear" takes them too, as do names in checkpoints.
 * Gate and up are one matrix then, at twice the rank, and dense layers with such names get no adapter.
 *
 * Throws E_TARGET naming every entry that matches nothing. Source: peft 0.21, `check_target_module_exists`,
 * `_maybe_include_all_linear_layers` and `_convert_peft_config_moe`
 */
export function selectTargets(
  shape: ModelShape,
  targetModules: readonly string[] | "all-linear",
  rules: ExpertRules = {},
): readonly ModelLinear[] {
  if (rules.freezesTower && shape.vision !== undefined)
    return selectTargets(shape.vision.text, targetModules, rules);
  if (targetModules === "all-linear")
    return shape.experts.length === 0 ? shape.linears : everyLinear(shape, rules);
  assertList("targetModules", targetModules);
  const outputs = shape.headLinears.filter(({ role }) => role === "output");
  const { candidates, converted, names, convertible } = namedTargets(
    shape,
    targetModules,
    rules.experts ?? "stacked",
  );
  if (converted.length > 0 && names.length === 0) return converted;
  const named = matching([...candidates, ...outputs], names, convertible).map(({ linear, layers }) =>
    layers === "all" ? linear : { ...linear, count: layers.length },
  );
  return [...named, ...converted];
}

/**
 * Names for {@link selectTargets} of layers whose whole path matches a pattern, as in PEFT's regular expressions. A name is
 * `self_attn.q_proj`, or `model.layers.0.self_attn.q_proj` if only some layers match. Routed experts have no paths in
 * transformers 5. Throws E_TARGET if no layer matches. Source: peft 0.21, `match_target_against_key`
 */
export function namesMatching(shape: ModelShape, pattern: RegExp): string[] {
  const whole = new RegExp(`^(?:${pattern.source})$`);
  const outputs = shape.headLinears.filter(({ role }) => role === "output");
  const names = [...shape.linears, ...outputs].flatMap((linear) => {
    const singles = singleLinears(linear);
    const matched = singles.filter(({ path }) => whole.test(path));
    const name = pathInLayer(linear.path);
    // A tower's layers may have the language model's names.
    const isShared = shape.linears.some((other) => other !== linear && pathInLayer(other.path) === name);
    return matched.length < singles.length || isShared ? matched.map(({ path }) => path) : [name];
  });
  if (names.length > 0) return names;
  const [first] = shape.linears.flatMap(singleLinears);
  throw new InputError(
    "E_TARGET",
    `targetModules must match the whole path of a layer, such as ${first!.path}, got the pattern ${pattern.source}`,
  );
}

/** Single linear layer in a model. */
export interface TargetLayer extends Pick<ModelLinear, "name" | "inDim" | "outDim"> {
  readonly path: string;
  /** True if the weight is stored `[inDim, outDim]`. */
  readonly transposed: boolean;
}

/**
 * Lists the layers that {@link selectTargets} selects singly, in a token's order; names from "all-linear" layers only.
 * Throws E_TARGET naming every entry that matches nothing.
 */
export function targetLayers(
  shape: ModelShape,
  targetModules: readonly string[] | "all-linear",
): readonly TargetLayer[] {
  const targets =
    targetModules === "all-linear"
      ? shape.linears.flatMap(singleLinears)
      : matching(shape.linears, targetModules).flatMap(({ linear, layers }) =>
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
 * Shortest names for all "all-linear" layers that match no head layer. BERT: `dense`. RoBERTa, whose head has a `dense`
 * too: `output.dense` and `intermediate.dense`.
 */
export function targetNames({ linears, headLinears }: ModelShape): string[] {
  const names = linears.map(({ path }) => {
    const parts = pathInLayer(path).split(".");
    const ends = parts.map((_, index) => parts.slice(-1 - index).join("."));
    return ends.find((end) => !headLinears.some((head) => isNamed(head.path, end))) ?? parts.join(".");
  });
  return [...new Set(names)];
}

interface Match {
  readonly linear: ModelLinear;
  readonly layers: readonly SingleLinear[] | "all";
}

/** Matches for names; `others` are names to list in a message beside those of `linears`. */
function matching(
  linears: readonly ModelLinear[],
  names: readonly string[],
  others: readonly string[] = [],
): Match[] {
  const available = `This model has: ${[...new Set([...linears.flatMap(({ name, role }) => (role === "output" ? [] : name)), ...others])].join(", ")}`;
  if (names.length === 0) {
    throw new InputError("E_TARGET", `targetModules must name at least one layer, got []. ${available}`);
  }
  const unknown = new Set(names);
  const matches = linears.map((linear) => matchOf(linear, names, unknown));
  if (unknown.size === 0) return matches.filter(({ layers }) => layers === "all" || layers.length > 0);
  const quoted = [...unknown].map((name) => JSON.stringify(name)).join(", ");
  throw new InputError("E_TARGET", `no layer matches ${quoted}. ${available}`);
}

/**
 * Matches a layer to names, and removes matching names from `unknown`; expands single layers only if a name is for a
 * single layer.
 */
function matchOf(linear: ModelLinear, every: readonly string[], unknown: Set<string>): Match {
  const path = pathInLayer(linear.path);
  // A parameter needs its module's name: `down_proj` alone means linear layers.
  const names = path.includes(".experts.") ? every.filter((name) => name.includes("experts.")) : every;
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
