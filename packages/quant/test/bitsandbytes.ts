import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { BlockSize, Format4bit } from "../src/index.ts";

/** One quantisation by bitsandbytes. Arrays are base64 of little-endian bytes. */
export interface BitsandbytesCase {
  readonly input: string;
  readonly format: Format4bit;
  readonly blockSize: BlockSize;
  readonly doubleQuant: boolean;
  readonly codes: string;
  /** float32, or uint8 under double quantisation. */
  readonly absmax: string;
  readonly dequantizedSha256: string;
  readonly dequantized?: string;
  readonly offset?: number;
  readonly nestedAbsmax?: string;
}

interface Fixture {
  readonly levels: Readonly<Record<Format4bit, string>>;
  readonly dynamicLevels: string;
  /** The second quantisation alone, of the values about which its codes change. */
  readonly nested: { readonly values: string; readonly codes: string; readonly absmax: string };
  readonly inputs: Readonly<Record<string, string>>;
  readonly cases: readonly BitsandbytesCase[];
}

/** What scripts/reference/nf4_fixture.py wrote. */
export const fixture: Fixture = JSON.parse(
  readFileSync(new URL("./fixtures/bitsandbytes.json", import.meta.url), "utf8"),
);

/** A test's name for a case. */
export function titleOf({ input, format, blockSize, doubleQuant }: BitsandbytesCase): string {
  return `${input}, ${format}, blocks of ${blockSize}${doubleQuant ? ", double" : ""}`;
}

export function inputOf({ input }: BitsandbytesCase): Float32Array {
  return floats(fixture.inputs[input]!);
}

export function bytes(base64: string): Uint8Array {
  return Uint8Array.from(Buffer.from(base64, "base64"));
}

export function floats(base64: string): Float32Array {
  return new Float32Array(bytes(base64).buffer);
}

/** The bits of each float32, so that 0 and -0 differ and a failure shows the index. */
export function bits(values: Float32Array): Uint32Array {
  return new Uint32Array(values.slice().buffer);
}

export function sha256(values: Float32Array): string {
  return createHash("sha256").update(new Uint8Array(values.slice().buffer)).digest("hex");
}
