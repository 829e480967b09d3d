import { afterEach, describe, expect, test, vi } from "vitest";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

// Source: FIPS 180-2, appendix B.1; the other by sha256sum.
const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

describe.each([
  ["Node", () => {}],
  ["a browser, which has no process", () => vi.stubGlobal("process", undefined)],
])("SHA-256 in %s", (_, prepare) => {
  test("is that of the standard, of bytes, text and parts", async () => {
    prepare();
    const { sha256Hex, sha256OfParts } = await import("../src/sha256.ts");
    expect(sha256Hex("abc")).toBe(abc);
    expect(sha256Hex(new TextEncoder().encode("abc"))).toBe(abc);
    expect(sha256OfParts(["a", new Uint8Array([98]), "c"])).toBe(abc);
    // A lone surrogate counts as U+FFFD.
    expect(sha256Hex("a\ud800b")).toBe("05087813392efc16fe8ff448920c6328e53af865df39419436659d9ffda90f7b");
  });
});
