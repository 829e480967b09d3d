import { InputError } from "./errors.ts";
import type { LinearShape, ModelLinear } from "./linear-shapes.ts";
import type { ModelShape } from "./shape.ts";

/**
 * The layers of `shape` that get an adapter, with `count` lowered where a name picks single layers.
 *
 * A name matches a module path as PEFT matches a list: the whole path, or its last parts behind a dot. So `dense`
 * takes all layers of BERT that end in it, `output.dense` takes `attention.output.dense` too, and
 * `layers.0.self_attn.q_proj` takes the first layer only. "all-linear" takes every linear layer except the output
 * head; in BERT it includes `pooler.dense`. `lm_head` is taken only by name.
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
  const candidates = shape.outputLinear === null ? shape.linears : [...shape.linears, shape.outputLinear];
  const used = new Set<string>();
  const selected: ModelLinear[] = [];
  for (const linear of candidates) {
    let count = 0;
    for (let index = 0; index < linear.count; index += 1) {
      const path = linear.path.replace("*", String(index));
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
  return `This model has: ${shape.linears.map(({ name }: LinearShape) => name).join(", ")}`;
}
