/**
 * What a layer is, whichever block it stands in: `self_attn.q_proj` of `model.layers.3.self_attn.q_proj`,
 * `mlp.experts.*.up_proj` of an expert. A path without a number is its own kind.
 */
export function moduleKind(path: string): string {
  const parts = path.split(".");
  const block = parts.findIndex((part) => /^\d+$/.test(part));
  const within = block < 0 || block === parts.length - 1 ? parts : parts.slice(block + 1);
  return within.map((part) => (/^\d+$/.test(part) ? "*" : part)).join(".");
}

/** Groups in the order in which their first members come. */
export function byKind<T extends { readonly path: string }>(rows: readonly T[]): Map<string, T[]> {
  const kinds = new Map<string, T[]>();
  for (const row of rows) {
    const kind = moduleKind(row.path);
    const group = kinds.get(kind);
    if (group === undefined) kinds.set(kind, [row]);
    else group.push(row);
  }
  return kinds;
}
