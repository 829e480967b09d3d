import { InputError } from "../errors.ts";
import { type LinearShape, type ModelLinear, modulePaths } from "./linear-shapes.ts";
import type { ModelShape } from "./shape.ts";

/**
 * The layers of `shape` that get an adapter, with `count` lowered where a name picks single layers.
 *
 * A name matches a module path as PEFT matches a list: the whole path, or its last parts behind a dot. So `dense`
 * takes all layers of BERT that end in it, `output.dense` takes `attention.output.dense` too, and
 * `layers.0.self_attn.q_proj` takes the first layer only. "all-linear" takes every linear layer except the output
 * head; in BERT it includes `pooler.dense`. `lm_head` is taken only by name.
 *
 * So are routed experts and what chooses them: `w1`, `w2`, `w3` of a Mixtral, where `experts.0.w1` takes the first expert
 * of each layer. transformers 5 stacks them in parameters that are no linear layers. PEFT 0.21 adapts those of Mixtral,
 * Qwen3 and DeepSeek under "all-linear" all the same, gate and up as one matrix with twice the rank; older PEFT does not.
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
  if (targetModules.length === 0) {
    throw new InputError(
      "E_TARGET",
      `targetModules must name at least one layer, got []. ${whatThereIs(shape)}`,
    );
  }
  const candidates = [...shape.linears, ...shape.experts, ...shape.routers];
  if (shape.outputLinear !== null) candidates.push(shape.outputLinear);
  const used = new Set<string>();
  const selected: ModelLinear[] = [];
  for (const linear of candidates) {
    let count = 0;
    for (const path of modulePaths(linear)) {
      const matching = targetModules.filter((target) => path === target || path.endsWith(`.${target}`));
      for (const target of matching) used.add(target);
      if (matching.length > 0) count += 1;
    }
    if (count === linear.count) selected.push(linear);
    else if (count > 0) selected.push({ ...linear, count });
  }
  const unknown = targetModules.filter((target) => !used.has(target));
  if (unknown.length > 0) {
    const names = unknown.map((target) => JSON.stringify(target)).join(", ");
    throw new InputError("E_TARGET", `no layer matches ${names}. ${whatThereIs(shape)}`);
  }
  return selected;
}

function whatThereIs(shape: ModelShape): string {
  const linears: readonly LinearShape[] = [...shape.linears, ...shape.experts, ...shape.routers];
  return `This model has: ${[...new Set(linears.map(({ name }) => name))].join(", ")}`;
}
