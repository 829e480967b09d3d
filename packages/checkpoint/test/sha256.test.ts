import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import * as chosen from "../src/sha256.ts";
import * as ofNode from "../src/sha256-node.ts";
import * as portable from "../src/sha256-portable.ts";

// Source: FIPS 180-2, appendix B.1; the other by sha256sum.
const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const repaired = "05087813392efc16fe8ff448920c6328e53af865df39419436659d9ffda90f7b";

describe.each([
  ["Node", ofNode],
  ["a browser", portable],
])("SHA-256 in %s", (_, { sha256Of }) => {
  test("is that of the standard, of bytes, text and parts", () => {
    expect(sha256Of(["abc"])).toBe(abc);
    expect(sha256Of([new TextEncoder().encode("abc")])).toBe(abc);
    expect(sha256Of(["a", new Uint8Array([98]), "c"])).toBe(abc);
    // A lone surrogate counts as U+FFFD.
    expect(sha256Of(["a\ud800b"])).toBe(repaired);
  });
});

test("a digest is of bytes, of a text or of parts", () => {
  expect(chosen.sha256Hex("abc")).toBe(abc);
  expect(chosen.sha256Hex(new TextEncoder().encode("abc"))).toBe(abc);
  expect(chosen.sha256OfParts(["a", "bc"])).toBe(abc);
  expect(Buffer.from(chosen.sha256Bytes("abc")).toString("hex")).toBe(abc);
});

test.each([
  ["browser", "sha256-portable.ts", "sha256-node.ts"],
  ["node", "sha256-node.ts", "sha256-portable.ts"],
] as const)("for the platform %s a bundle holds %s and not %s", async (platform, held, absent) => {
  const { metafile } = await build({
    entryPoints: [fileURLToPath(new URL("../src/sha256.ts", import.meta.url))],
    conditions: ["@lorank/source"],
    platform,
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    logLevel: "silent",
  });
  const files = Object.keys(metafile.inputs).map((path) => path.split("/").at(-1));
  expect(files).toContain(held);
  expect(files).not.toContain(absent);
});
