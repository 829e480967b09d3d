import { readFileSync } from "node:fs";
import { GgufCursor } from "../../src/gguf/cursor.ts";
import { readGgufHeader } from "../../src/gguf/header.ts";
import { familyModel } from "./families.ts";
import { text, texts } from "./raw-gguf.ts";

/**
 * A tiny model of a GGUF architecture, as bytes, that llama.cpp can run: small random weights in the place of the numbered
 * ones, and the list of merges without which it loads no vocabulary.
 */
export function runnableModel(name: string): Uint8Array {
  const bytes = Buffer.from(readFileSync(familyModel(name)));
  const cursor = new GgufCursor(
    (offset, length) => bytes.subarray(offset, offset + length),
    bytes.length,
    name,
  );
  const { tensors } = readGgufHeader(cursor);
  const random = uniform(1);
  for (const [tensor, { byteOffset, byteLength }] of tensors) {
    if (tensor.startsWith("rope_")) {
      // llama.cpp's contexts are of 256 tokens at least, where Phi-3 would have its long factors.
      const short = tensors.get("rope_factors_short.weight");
      if (short !== undefined) bytes.copy(bytes, byteOffset, short.byteOffset, short.byteOffset + byteLength);
      continue;
    }
    const isNorm = tensor.endsWith("norm.weight");
    for (let at = byteOffset; at < byteOffset + byteLength; at += 4)
      bytes.writeFloatLE(isNorm ? 1 + 0.1 * random() : random(), at);
  }
  const own = Buffer.from(
    bytes
      .toString("latin1")
      .replace("Tiny Phi3", "Tiny Phi_") // llama.cpp looks for Phi-3's special tokens in a model of that name
      .replaceAll("qwen2.rope.scaling", "qwen2.rope.ignored"), // YaRN, which the engine does not train
    "latin1",
  );
  const merges = texts(["t 3"]);
  const key = text("tokenizer.ggml.merges").bytes;
  const type = Buffer.of(merges.type, 0, 0, 0);
  const head = Buffer.concat([
    own.subarray(0, 24),
    key,
    type,
    merges.bytes,
    own.subarray(24, cursor.position),
  ]);
  head.writeBigUInt64LE(head.readBigUInt64LE(16) + 1n, 16); // one key more
  const padding = Buffer.alloc((32 - (head.length % 32)) % 32);
  const dataStart = Math.min(...[...tensors.values()].map(({ byteOffset }) => byteOffset));
  return Buffer.concat([head, padding, own.subarray(dataStart)]);
}

/** Numbers from -0.5 to 0.5. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
}
