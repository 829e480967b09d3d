import { type GgufFile, openGguf, unreadable } from "../files/gguf-file.ts";
import { type TensorSource, tensorInfo } from "../files/safetensors-file.ts";
import type { JsonObject } from "../json.ts";
import type { TensorInfo } from "../safetensors/header.ts";
import { listed, quoted } from "../text.ts";
import { bad } from "./cursor.ts";
import type { GgufFamily, GgufModel, Transform } from "./families/family.ts";
import { FAMILIES } from "./families/table.ts";
import { MetadataReader } from "./metadata.ts";
import { shapeProblem, transformedShape, undo } from "./transform.ts";
import { type GgufDType, isGgufDType } from "./types.ts";

/**
 * The Hugging Face config that the model in a GGUF would have.
 *
 * @throws InputError E_GGUF naming each key that is missing or wrong, or the architectures that are supported.
 */
export function ggufConfig(path: string): JsonObject {
  const file = openGguf(path);
  try {
    const { family, model } = familyOf(file);
    const config = family.config(model);
    model.metadata.finish();
    return config;
  } finally {
    file.close();
  }
}

/**
 * Opens the weights in a GGUF under their Hugging Face names and shapes. What the converter did to them is undone:
 * `readFloat32` gives the values of the Hugging Face model, up to quantisation; `readBytes` gives those of the file.
 *
 * @throws InputError E_GGUF naming the tensors that have no Hugging Face name, an unreadable type or a wrong shape.
 */
export function openGgufWeights(path: string): TensorSource {
  const file = openGguf(path);
  try {
    const { family, model } = familyOf(file);
    const tensors = new Map<string, TensorInfo<GgufDType>>();
    const origins = new Map<string, { name: string; transform: Transform }>();
    const problems: string[] = [];
    const layers = model.metadata.size(`${model.architecture}.block_count`);
    for (const [name, { type, shape, byteOffset, byteLength }] of file.tensors) {
      const place = placeOf(name, family, layers);
      if (place === "derived") continue;
      if (place === undefined) {
        problems.push(
          `tensor ${quoted(name)} must have a Hugging Face name in ${model.architecture}, got none`,
        );
        continue;
      }
      if (!isGgufDType(type)) throw unreadable(path, name, type);
      const transform = family.transform(place.local, model);
      const rule = shapeProblem(transform, shape);
      if (rule !== undefined) {
        problems.push(`tensor ${quoted(name)} must have ${rule}, got [${shape}]`);
        continue;
      }
      tensors.set(place.name, {
        dtype: type,
        shape: transformedShape(transform, shape),
        byteOffset,
        byteLength,
      });
      origins.set(place.name, { name, transform });
    }
    model.metadata.finish();
    if (problems.length > 0) throw bad(path, listed(problems));
    const originOf = (name: string) => {
      tensorInfo(tensors, name, path);
      return origins.get(name)!;
    };
    return {
      tensors,
      readFloat32: (name) => {
        const origin = originOf(name);
        const { shape } = file.tensors.get(origin.name)!;
        return undo(origin.transform, file.readFloat32(origin.name), shape);
      },
      readBytes: (name) => file.readBytes(originOf(name).name),
      close: file.close,
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

function familyOf(file: GgufFile): { family: GgufFamily; model: GgufModel } {
  const metadata = new MetadataReader(file.metadata, file.path);
  const architecture = metadata.text("general.architecture");
  metadata.finish();
  const family = FAMILIES.get(architecture);
  if (family === undefined) {
    const supported = [...FAMILIES.keys()].join(", ");
    throw bad(file.path, `general.architecture must be one of ${supported}, got ${quoted(architecture)}`);
  }
  const type = "general.type";
  metadata.check((metadata.textIfAny(type) ?? "model") === "model", type, "model");
  const parts = "split.count";
  metadata.check(
    (metadata.countIfAny(parts) ?? 1) <= 1,
    parts,
    "1: join the parts with llama-gguf-split --merge",
  );
  const experts = `${architecture}.expert_count`;
  metadata.check(
    (metadata.countIfAny(experts) ?? 0) === 0,
    experts,
    "0: mixtures of experts are not supported",
  );
  metadata.finish();
  const { path, tensors, readFloat32 } = file;
  return { family, model: { file: path, architecture, metadata, tensors, readFloat32 } };
}

/** Where a tensor of the file belongs: its Hugging Face name, and its own without the layer. */
function placeOf(
  name: string,
  family: GgufFamily,
  layers: number,
): { name: string; local: string } | "derived" | undefined {
  const inLayer = /^blk\.(0|[1-9]\d{0,8})\.(.+)$/.exec(name);
  const local = inLayer?.[2] ?? name;
  if (family.derived.includes(local)) return "derived";
  const parts = /^(.+)\.(weight|bias)$/.exec(local);
  if (parts === null || Number(inLayer?.[1] ?? 0) >= layers) return undefined;
  const modules = inLayer === null ? family.modules : family.layer.modules;
  const module = parts[1]!;
  if (!Object.hasOwn(modules, module)) return undefined;
  const prefix = inLayer === null ? "" : family.layer.path.replace("*", inLayer[1]!);
  return { name: `${prefix}${modules[module]}.${parts[2]}`, local };
}
