import { InputError } from "@lorank/core";
import type { BlockLinear } from "./block-linears.ts";

/**
 * Which of `linears` are to stay as they are: all of a block by its number, or layers by their path or the last parts of
 * it, as PEFT matches a list (`down_proj`, `layers.3.mlp.down_proj`). Throws E_KEEP_LAYERS for what names none.
 */
export function resolveKeepLayers(
  linears: readonly BlockLinear[],
  keepLayers: readonly (number | string)[],
): Set<string> {
  const paths = new Set<string>();
  const unmatched: string[] = [];
  for (const keep of keepLayers) {
    const kept = linears.filter(({ layer, path }) =>
      typeof keep === "number" ? layer === keep : path === keep || path.endsWith(`.${keep}`),
    );
    if (kept.length === 0) unmatched.push(JSON.stringify(keep));
    for (const { path } of kept) paths.add(path);
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
