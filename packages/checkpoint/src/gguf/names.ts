import type { GgufFamily } from "./families/family.ts";

/** Where a tensor of a file belongs. */
export interface TensorPlace {
  /** Its Hugging Face name. */
  readonly name: string;
  /** The file's name of it without the layer: `attn_q.weight`. */
  readonly local: string;
}

/** The place of a tensor by its name in the file; undefined where the model has none of that name. */
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

/** A module's place in a file. */
export interface ModulePlace {
  /** Its name there, `blk.3.attn_q`. */
  readonly name: string;
  /** The same without the layer: `attn_q`. */
  readonly local: string;
  /** Its Hugging Face path from the layer's index on, `3.self_attn.q_proj`; the whole path outside of layers. */
  readonly inLayers: string;
}

/**
 * The other direction: the file's name of a module by its Hugging Face path. The model's own name before the path,
 * `bert.encoder.layer.0` for `encoder.layer.0`, may be there or not, as it is with a head or without.
 */
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
