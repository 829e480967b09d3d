import { InputError } from "@lorank/core";
import type { BlockLinear } from "../base/block-linears.ts";

/**
 * Paths of those `linears` that are not quantised, which bitsandbytes calls skipped modules. A number skips a whole block.
 * A name skips layers by their path or the last parts of it, as PEFT matches a list (`down_proj`,
 * `layers.3.mlp.down_proj`). Throws E_KEEP_LAYERS for what names none.
 */
export function resolveSkipModules(
  linears: readonly BlockLinear[],
  skipModules: readonly (number | string)[],
): Set<string> {
  const paths = new Set<string>();
  const unmatched: string[] = [];
  for (const module of skipModules) {
    const skipped = linears.filter(({ layer, path }) =>
      typeof module === "number" ? layer === module : path === module || path.endsWith(`.${module}`),
    );
    if (skipped.length === 0) unmatched.push(JSON.stringify(module));
    for (const { path } of skipped) paths.add(path);
  }
  if (unmatched.length === 0) return paths;
  const layers = 1 + Math.max(...linears.map(({ layer }) => layer));
  const names = [...new Set(linears.map(({ pathInBlock }) => pathInBlock))].join(", ");
  throw new InputError(
    "E_KEEP_LAYERS",
    `keepLayers must be numbers of blocks, 0 to ${layers - 1}, or names of their linear layers (${names}), ` +
      `got ${unmatched.join(", ")}`,
  );
}
