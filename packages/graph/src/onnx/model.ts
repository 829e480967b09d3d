import type { HalfDtype } from "../compute-dtype.ts";
import type { DType, DTypeArray, Shape } from "../tensor.ts";

export type NodeAttribute = number | string | readonly number[] | { readonly float: number };

export interface OnnxNode {
  readonly opType: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, NodeAttribute>>;
  readonly domain?: string;
}

export interface Initializer {
  readonly name: string;
  readonly dtype: DType | HalfDtype;
  readonly shape: Shape;
  readonly data: DTypeArray | Uint16Array;
}

interface OnnxValueInfo {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
}

interface OnnxGraph {
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
  readonly initializers: readonly Initializer[];
  readonly nodes: readonly OnnxNode[];
  /** Extra first output's name: a sequence without tensors. (default none) */
  readonly emptySequence?: string | undefined;
}

/** Operator set 18: the newest in which every used operator means the same on all providers. */
const OPSET = 18;
/** ONNX format version for opset 18. Source: onnx/onnx docs, Versioning. */
const IR_VERSION = 9;
/**
 * Domain for onnxruntime's own operators. Source:
 * https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
 */
export const MICROSOFT = "com.microsoft";

/** TensorProto.DataType numbers. */
export const DATA_TYPE: Readonly<Record<DType | HalfDtype, number>> = {
  float32: 1,
  uint8: 2,
  int64: 7,
  float16: 10,
  bfloat16: 16,
};
/** AttributeProto.AttributeType numbers. */
const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, ints: 7 };

/** Serialises an ONNX model. Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3 */
export function encodeModel(graph: OnnxGraph): Uint8Array {
  const body = new MessageWriter();
  const { emptySequence: empty } = graph;
  for (const node of graph.nodes) body.message(1, encodeNode(node));
  if (empty) body.message(1, encodeNode({ opType: "SequenceEmpty", inputs: [], outputs: [empty] }));
  body.string(2, "lorank");
  for (const tensor of graph.initializers) body.message(5, encodeTensor(tensor));
  for (const info of graph.inputs) body.message(11, encodeValueInfo(info));
  if (empty) body.message(12, encodeSequenceInfo(empty));
  for (const info of graph.outputs) body.message(12, encodeValueInfo(info));
  return new MessageWriter()
    .varint(1, IR_VERSION)
    .string(2, "lorank")
    .message(7, body)
    .message(8, new MessageWriter().string(1, "").varint(2, OPSET))
    .message(8, new MessageWriter().string(1, MICROSOFT).varint(2, 1))
    .finish();
}

function encodeNode(node: OnnxNode): MessageWriter {
  const out = new MessageWriter();
  for (const name of node.inputs) out.string(1, name);
  for (const name of node.outputs) out.string(2, name);
  out.string(4, node.opType);
  for (const [name, value] of Object.entries(node.attributes ?? {}))
    out.message(5, encodeAttribute(name, value));
  if (node.domain) out.string(7, node.domain);
  return out;
}

function encodeAttribute(name: string, value: NodeAttribute): MessageWriter {
  const out = new MessageWriter().string(1, name);
  if (typeof value === "number") return out.varint(3, value).varint(20, ATTRIBUTE_TYPE.int);
  if (typeof value === "string") return out.string(4, value).varint(20, ATTRIBUTE_TYPE.string);
  if ("float" in value) return out.float(2, value.float).varint(20, ATTRIBUTE_TYPE.float);
  return out.packedVarints(8, value).varint(20, ATTRIBUTE_TYPE.ints);
}

function encodeTensor({ name, dtype, shape, data }: Initializer): MessageWriter {
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return new MessageWriter()
    .packedVarints(1, shape)
    .varint(2, DATA_TYPE[dtype])
    .string(8, name)
    .bytes(9, raw);
}

function encodeValueInfo({ name, dtype, shape }: OnnxValueInfo): MessageWriter {
  const dims = new MessageWriter();
  for (const dim of shape) dims.message(1, new MessageWriter().varint(1, dim));
  const tensorType = new MessageWriter().varint(1, DATA_TYPE[dtype]).message(2, dims);
  return new MessageWriter().string(1, name).message(2, new MessageWriter().message(1, tensorType));
}

/** TypeProto for a tensor sequence: field 1 is tensor_type, field 4 sequence_type. */
function encodeSequenceInfo(name: string): MessageWriter {
  const element = new MessageWriter().message(1, new MessageWriter().varint(1, DATA_TYPE.float32));
  const type = new MessageWriter().message(4, new MessageWriter().message(1, element));
  return new MessageWriter().string(1, name).message(2, type);
}

/** Protocol buffer writer, fields in call order. Source: https://protobuf.dev/programming-guides/encoding/ */
export class MessageWriter {
  #chunks: Uint8Array[] = [];
  #length = 0;

  /** Wire type 0, varint. Negative integers take ten bytes, as int64 does. */
  varint(field: number, value: number | bigint): this {
    this.#tag(field, 0);
    return this.#varint(BigInt.asUintN(64, BigInt(value)));
  }

  /** Wire type 5, float, little-endian. */
  float(field: number, value: number): this {
    this.#tag(field, 5);
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.#push(bytes);
  }

  bytes(field: number, bytes: Uint8Array): this {
    this.#tag(field, 2);
    this.#varint(BigInt(bytes.length));
    return this.#push(bytes);
  }

  string(field: number, text: string): this {
    return this.bytes(field, new TextEncoder().encode(text));
  }

  /** Nested message; bytes are copied only at the end, since weights are large. */
  message(field: number, message: MessageWriter): this {
    this.#tag(field, 2);
    this.#varint(BigInt(message.#length));
    for (const chunk of message.#chunks) this.#push(chunk);
    return this;
  }

  packedVarints(field: number, values: readonly number[]): this {
    const packed = new MessageWriter();
    for (const value of values) packed.#varint(BigInt.asUintN(64, BigInt(value)));
    return this.bytes(field, packed.finish());
  }

  finish(): Uint8Array {
    const out = new Uint8Array(this.#length);
    let offset = 0;
    for (const chunk of this.#chunks) {
      out.set(chunk, offset);
      offset += chunk.length;
    }
    return out;
  }

  #tag(field: number, wireType: number): void {
    this.#varint(BigInt((field << 3) | wireType));
  }

  #varint(value: bigint): this {
    const bytes: number[] = [];
    let rest = value;
    for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
    bytes.push(Number(rest));
    return this.#push(Uint8Array.from(bytes));
  }

  #push(bytes: Uint8Array): this {
    this.#chunks.push(bytes);
    this.#length += bytes.length;
    return this;
  }
}
