import { type GgufDType, isGgufDType } from "../gguf-types.ts";
import type { JsonObject } from "../json.ts";
import { type TensorInfo, tensorInfo } from "../tensor.ts";
import { listed, quoted } from "../text.ts";
import { bad } from "./cursor.ts";
import { unreadable } from "./dequantize.ts";
import { FAMILIES } from "./families/families.ts";
import type { GgufModel, HeadCounts, Transform } from "./families/family.ts";
import type { GgufHeader } from "./header.ts";
import { shapeProblem, tensorInModel, transformedShape, undo } from "./layout.ts";
import { MetadataReader } from "./metadata.ts";

/**
 * Hugging Face config for the model in a GGUF.
 *
 * @param readFloat32 reads a small tensor by name in the file.
 * @throws InputError E_GGUF naming each missing or wrong key, or the supported architectures.
 */
export function ggufConfig(header: GgufHeader, readFloat32: GgufModel["readFloat32"]): JsonObject {
  const { family, architecture, metadata } = familyOf(header);
  const { file, tensors } = header;
  const config = family.config({ file, architecture, metadata, tensors, readFloat32 });
  metadata.finish();
  return config;
}

interface HuggingFaceTensors {
  readonly tensors: ReadonlyMap<string, TensorInfo<GgufDType>>;
  /**
   * Name in the file of a tensor, by Hugging Face name.
   *
   * @throws InputError E_TENSOR when there is no such tensor.
   */
  fileName(name: string): string;
  /** Restores Hugging Face values from the file's, which it may overwrite. */
  restore(name: string, values: Float32Array): Float32Array;
}

/**
 * Finds each tensor's Hugging Face name and shape, and the converter's change. Throws E_GGUF naming tensors without a
 * Hugging Face name, with an unreadable type or a wrong shape.
 */
export function huggingFaceTensors(header: GgufHeader): HuggingFaceTensors {
  const { family, architecture, metadata } = familyOf(header);
  const { file } = header;
  const tensors = new Map<string, TensorInfo<GgufDType>>();
  const origins = new Map<string, { name: string; transform: Transform }>();
  const problems: string[] = [];
  const layers = metadata.size(`${architecture}.block_count`);
  const counts = headCounts(metadata, architecture);
  for (const [name, { type, shape, byteOffset, byteLength }] of header.tensors) {
    const place = tensorInModel(name, family, layers);
    if (place === "derived") continue;
    if (place === undefined) {
      problems.push(`tensor ${quoted(name)} must have a Hugging Face name in ${architecture}, got none`);
      continue;
    }
    if (!isGgufDType(type)) throw unreadable(file, name, type);
    const transform = family.transform(place.local, counts);
    const rule = shapeProblem(transform, shape);
    if (rule !== undefined) {
      problems.push(`tensor ${quoted(name)} must have ${rule}, got [${shape}]`);
      continue;
    }
    const info = { dtype: type, shape: transformedShape(transform, shape), byteOffset, byteLength };
    tensors.set(place.name, info);
    origins.set(place.name, { name, transform });
  }
  metadata.finish();
  if (problems.length > 0) throw bad(file, listed(problems));
  const originOf = (name: string) => {
    tensorInfo(tensors, name, file);
    return origins.get(name)!;
  };
  return {
    tensors,
    fileName: (name) => originOf(name).name,
    restore: (name, values) => {
      const origin = originOf(name);
      return undo(origin.transform, values, header.tensors.get(origin.name)!.shape);
    },
  };
}

function familyOf(header: GgufHeader) {
  const { file } = header;
  const metadata = new MetadataReader(header.metadata, file);
  const architecture = metadata.text("general.architecture");
  metadata.finish();
  const family = FAMILIES.get(architecture);
  if (family === undefined) {
    const supported = [...FAMILIES.keys()].join(", ");
    throw bad(file, `general.architecture must be one of ${supported}, got ${quoted(architecture)}`);
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
  return { family, architecture, metadata };
}

/** Attention head counts, read when needed: not every architecture's tensors need them. */
function headCounts(metadata: MetadataReader, architecture: string): HeadCounts {
  return {
    get heads() {
      return metadata.size(`${architecture}.attention.head_count`);
    },
    get kvHeads() {
      return metadata.sizeOr(`${architecture}.attention.head_count_kv`, this.heads);
    },
  };
}
