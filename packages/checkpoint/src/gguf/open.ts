import { type ByteSource, type FileSource, readFileRange, readRange } from "../byte-source.ts";
import type { GgufDType } from "../gguf-types.ts";
import type { JsonObject } from "../json.ts";
import type { ModelTokenizer } from "../model-tokenizer.ts";
import { type TensorInfo, type TensorSource, tensorInfo } from "../tensor.ts";
import { CODE, GgufCursor } from "./cursor.ts";
import { tensorFloats } from "./dequantize.ts";
import { type GgufHeader, readGgufHeader } from "./header.ts";
import { ggufConfig, huggingFaceTensors } from "./model.ts";
import { ggufTokenizer } from "./tokenizer/tokenizer.ts";

/** An open GGUF, by its own names. */
export interface GgufFile extends GgufHeader {
  /** A fresh array of a tensor's elements as float32, in the file's order. */
  readFloat32(name: string): Float32Array;
  /** A fresh array of its bytes as they are stored. */
  readBytes(name: string): Uint8Array;
  close(): void;
}

/**
 * Checks the header of an open GGUF; reads no tensor yet. A file that is refused is closed.
 *
 * @throws InputError E_GGUF when it is broken or cut short.
 */
export function ggufIn(file: FileSource): GgufFile {
  const { path, byteLength } = file;
  const read = (offset: number, length: number): Uint8Array => readFileRange(file, offset, length, CODE);
  try {
    const header = readGgufHeader(new GgufCursor(read, byteLength, path));
    const readBytes = (name: string): Uint8Array => {
      const info = tensorInfo(header.tensors, name, path);
      return read(info.byteOffset, info.byteLength);
    };
    return {
      ...header,
      readBytes,
      readFloat32: (name) => tensorFloats(header, name, readBytes(name)),
      close: () => file.close(),
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

/**
 * The Hugging Face config that the model in a GGUF would have.
 *
 * @throws InputError E_GGUF as {@link ggufConfig} does.
 */
export function ggufConfigIn(source: FileSource): JsonObject {
  const file = ggufIn(source);
  try {
    return ggufConfig(file, file.readFloat32);
  } finally {
    file.close();
  }
}

/** The tokenizer of the model in a GGUF; see {@link ggufTokenizer}. */
export function ggufTokenizerIn(source: FileSource): ModelTokenizer {
  const file = ggufIn(source);
  file.close(); // the header is all that is needed
  return ggufTokenizer(file);
}

/**
 * Opens the weights in a GGUF under their Hugging Face names and shapes. Undoes what the converter did to them:
 * `readFloat32` gives the values of the Hugging Face model, up to quantisation. `readBytes` gives those of the file.
 *
 * @throws InputError E_GGUF naming the tensors that have no Hugging Face name, an unreadable type or a wrong shape.
 */
export function ggufWeightsIn(source: FileSource): TensorSource {
  const file = ggufIn(source);
  try {
    const { tensors, fileName, restore } = huggingFaceTensors(file);
    return {
      tensors,
      readFloat32: (name) => restore(name, file.readFloat32(fileName(name))),
      readBytes: (name) => file.readBytes(fileName(name)),
      close: file.close,
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

/** The model in a GGUF, under its Hugging Face names. Its tensors stay where they are until one is read. */
export interface Gguf {
  readonly tensors: ReadonlyMap<string, TensorInfo<GgufDType>>;
  /** The `config.json` that the model would have. */
  readonly config: JsonObject;
  /**
   * The tokenizer that the model would have.
   *
   * @throws InputError E_TOKENIZER naming the metadata that is missing or wrong.
   */
  tokenizer(): ModelTokenizer;
  /**
   * The values of the Hugging Face model's tensor, up to quantisation: what the converter did is undone.
   *
   * @throws InputError E_TENSOR when there is no such tensor.
   */
  readFloat32(name: string): Promise<Float32Array>;
  /** The bytes of the file's tensor as they are stored. */
  readBytes(name: string): Promise<Uint8Array>;
}

/**
 * Reads and checks the header of a GGUF and finds its model; reads no weights yet.
 *
 * @param file its name, for messages.
 * @throws InputError E_GGUF when it is broken, cut short, or holds a model that is not supported.
 */
export async function parseGguf(source: ByteSource, file = "GGUF file"): Promise<Gguf> {
  const header = await readHeader(source, file);
  const { tensors, fileName, restore } = huggingFaceTensors(header);
  const read = async (name: string): Promise<Uint8Array> => {
    const { byteOffset, byteLength } = header.tensors.get(name)!;
    return readRange(source, byteOffset, byteLength, CODE, file);
  };
  const readFloats = async (name: string): Promise<Float32Array> =>
    tensorFloats(header, name, await read(name));
  const rotary = new Map<string, Float32Array>(); // the tensors that a config is made from
  for (const name of header.tensors.keys()) {
    if (/^rope_[a-z_]+\.weight$/.test(name)) rotary.set(name, await readFloats(name));
  }
  return {
    tensors,
    config: ggufConfig(header, (name) => rotary.get(name)!),
    tokenizer: () => ggufTokenizer(header),
    readBytes: async (name) => read(fileName(name)),
    readFloat32: async (name) => restore(name, await readFloats(fileName(name))),
  };
}

/** Thrown by a read behind the bytes that have been fetched. */
class MissingBytes {
  readonly end: number;

  constructor(end: number) {
    this.end = end;
  }
}

const FIRST_BYTES = 2 ** 18;

/** The header's length is not known before it is read: fetches twice as much until it is whole. */
async function readHeader(source: ByteSource, file: string): Promise<GgufHeader> {
  const { byteLength } = source;
  let prefix = new Uint8Array(0);
  const read = (offset: number, length: number): Uint8Array => {
    if (offset + length > prefix.length) throw new MissingBytes(offset + length);
    return prefix.subarray(offset, offset + length);
  };
  for (let end = Math.min(FIRST_BYTES, byteLength); ; ) {
    const rest = await readRange(source, prefix.length, end - prefix.length, CODE, file);
    const longer = new Uint8Array(end);
    longer.set(prefix);
    longer.set(rest, prefix.length);
    prefix = longer;
    try {
      return readGgufHeader(new GgufCursor(read, byteLength, file));
    } catch (error) {
      if (!(error instanceof MissingBytes)) throw error;
      end = Math.min(Math.max(2 * end, error.end), byteLength);
    }
  }
}
