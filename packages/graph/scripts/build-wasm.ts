/**
 * Assembles `src/decode-4bit/decode-4bit.wat` into `src/decode-4bit/wasm.ts`. A test fails when the two differ.
 *
 *     node --conditions=@lorank/source --import tsx scripts/build-wasm.ts
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import wabt from "wabt";

const folder = new URL("../src/decode-4bit/", import.meta.url);

export async function generatedModule(): Promise<string> {
  const { parseWat } = await wabt();
  const module = parseWat(
    "decode-4bit.wat",
    readFileSync(new URL("decode-4bit.wat", folder), "utf8").trimEnd(),
    { simd: true },
  );
  const { buffer } = module.toBinary({});
  module.destroy();
  const lines = Buffer.from(buffer)
    .toString("base64")
    .match(/.{1,100}/g)!
    .map((line) => `  "${line}",`);
  return [
    "/** The module of `decode-4bit.wat` in base64, written by `scripts/build-wasm.ts`. */",
    "export const wasmBase64 = [",
    ...lines,
    '].join("");',
    "",
  ].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(new URL("wasm.ts", folder), await generatedModule());
