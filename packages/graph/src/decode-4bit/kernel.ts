import { wasmBase64 } from "./wasm.ts";

/** Codes and absmax of a 4-bit weight; for the layout see `decode4bit` in ops. */
export interface Coded {
  readonly codes: Uint8Array;
  readonly absmax: Float32Array;
  readonly levels: readonly number[];
  readonly blockSize: number;
  readonly size: number;
}

/** Functions of `decode-4bit.wat`; arguments are byte places in the memory, and counts. */
interface Functions {
  dequantize(codes: number, absmax: number, out: number, blocks: number, blockBytes: number): void;
  multiply(
    codes: number,
    absmax: number,
    x: number,
    out: number,
    rows: number,
    rowBlocks: number,
    blockBytes: number,
  ): void;
}

interface Exports extends Functions {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): void };
}

/** WebAssembly's used part, missing in Node's types. */
interface Wasm {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
}

const { WebAssembly: wasm } = globalThis as unknown as { readonly WebAssembly: Wasm };

const PAGE = 65_536;
/** Bytes for the level tables, at the start of the memory. */
const PLANES = 64;

let compiled: object | undefined;

/** WebAssembly instance with a memory of its own. */
export class Kernel {
  readonly functions: Functions;
  readonly #memory: Exports["memory"];

  constructor() {
    compiled ??= new wasm.Module(bytesOf(wasmBase64));
    const { memory, ...functions } = new wasm.Instance(compiled).exports as Exports;
    this.#memory = memory;
    this.functions = functions;
  }

  /** Memory; {@link places} may replace it. */
  get buffer(): ArrayBuffer {
    return this.#memory.buffer;
  }

  /** Places for arrays of these sizes in bytes, behind the level tables. */
  places(sizes: readonly number[]): number[] {
    let end = PLANES;
    const places = sizes.map((bytes) => {
      const start = end;
      end += Math.ceil(bytes / PLANES) * PLANES;
      return start;
    });
    const missing = end - this.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE));
    return places;
  }

  /** Copies a weight's levels, codes and absmax into the memory. */
  store({ levels, codes, absmax }: Omit<Coded, "size">, codesAt: number, absmaxAt: number): void {
    new Uint8Array(this.buffer, 0, PLANES).set(planes(levels));
    new Uint8Array(this.buffer, codesAt, codes.length).set(codes);
    new Float32Array(this.buffer, absmaxAt, absmax.length).set(absmax);
  }
}

function planes(levels: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(Float32Array.from(levels).buffer);
  return Uint8Array.from({ length: PLANES }, (_, i) => bytes[(i % 16) * 4 + (i >> 4)]!);
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
