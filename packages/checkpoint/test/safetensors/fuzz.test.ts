import { isInputError } from "@lorank/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeSafetensors } from "../../src/safetensors/encode.ts";
import { parseSafetensorsHeader } from "../../src/safetensors/header.ts";
import { rawSafetensors } from "../helpers/raw-safetensors.ts";

const valid = encodeSafetensors(
  new Map([
    ["embed", { shape: [3, 2], data: new Float32Array(6) }],
    ["empty", { shape: [0, 7], data: new Float32Array(0) }],
    ["layers.0.q_proj", { shape: [2, 2], data: new Float32Array(4) }],
    ["scale", { shape: [], data: new Float32Array(1) }],
  ]),
  { format: "pt", note: "é" },
);

/** Parses, and lets nothing pass but an InputError or a table whose tensors lie in the file, one after another. */
function check(bytes: Uint8Array): "accepted" | "refused" {
  let tensors: ReturnType<typeof parseSafetensorsHeader>["tensors"];
  try {
    ({ tensors } = parseSafetensorsHeader(bytes, bytes.length));
  } catch (error) {
    if (!isInputError(error)) throw error;
    return "refused";
  }
  let bytesOfTensors = 0;
  for (const { byteOffset, byteLength, shape } of tensors.values()) {
    expect(byteOffset).toBeGreaterThanOrEqual(8);
    expect(byteOffset + byteLength).toBeLessThanOrEqual(bytes.length);
    expect(shape.every((size) => Number.isSafeInteger(size) && size >= 0)).toBe(true);
    bytesOfTensors += byteLength;
  }
  // Whoever allocates what the table says, for all tensors, allocates less than the file.
  expect(bytesOfTensors).toBeLessThan(bytes.length);
  return "accepted";
}

const position = fc.nat(valid.length - 1);
const byte = fc.nat(255);
/** Bytes that mean something to a header are likelier to get past the first check. */
const telling = fc.constantFrom(...Buffer.from('{}[]",:0123456789-.eE\\u \u0000F'));
const mutation = fc.oneof(
  fc.record({ kind: fc.constant("set" as const), at: position, value: fc.oneof(byte, telling) }),
  fc.record({ kind: fc.constant("insert" as const), at: position, value: fc.oneof(byte, telling) }),
  fc.record({ kind: fc.constant("remove" as const), at: position, count: fc.integer({ min: 1, max: 20 }) }),
  fc.record({ kind: fc.constant("repeat" as const), at: position, count: fc.integer({ min: 1, max: 60 }) }),
);

function mutated(
  mutations: readonly (typeof mutation extends fc.Arbitrary<infer T> ? T : never)[],
): Uint8Array {
  const bytes = [...valid];
  for (const m of mutations) {
    if (m.kind === "set") bytes[m.at % bytes.length] = m.value;
    else if (m.kind === "insert") bytes.splice(m.at, 0, m.value);
    else if (m.kind === "remove") bytes.splice(m.at, Math.min(m.count, bytes.length - 1));
    else bytes.splice(m.at, 0, ...bytes.slice(m.at, m.at + m.count));
  }
  return Uint8Array.from(bytes);
}

describe("the header parser", () => {
  test("accepts the file that the mutations start from", () => {
    expect(check(valid)).toBe("accepted");
  });

  test("answers mutated files with a sound table or an InputError, nothing else", () => {
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
        check(mutated(mutations));
      }),
      { numRuns: 10_000 },
    );
  });

  test("answers mutated headers of the right length likewise", () => {
    const json = Buffer.from(valid.subarray(8, 8 + Buffer.from(valid).readUInt32LE(0))).toString("utf8");
    const token = fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"',
      "-1",
      "1e9",
      "9007199254740993",
      "null",
      '"a":',
      '"__proto__":',
      "\\ud800",
      "[0,0]",
    );
    const edit = fc.tuple(fc.nat(json.length), fc.nat(12), token);
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        let text = json;
        for (const [at, cut, insert] of edits) text = text.slice(0, at) + insert + text.slice(at + cut);
        check(rawSafetensors(text, 44));
      }),
      { numRuns: 10_000 },
    );
  });

  test("answers any JSON at all likewise", () => {
    const offsets = fc.tuple(fc.nat(40), fc.nat(40));
    const entry = fc.record(
      {
        dtype: fc.constantFrom("F32", "U8", "I64", "F4"),
        shape: fc.array(fc.integer({ min: -1, max: 5 }), { maxLength: 3 }),
        data_offsets: offsets,
      },
      { requiredKeys: [] },
    );
    const header = fc.dictionary(fc.string(), fc.oneof(entry, fc.jsonValue()), { maxKeys: 4 });
    let accepted = 0;
    fc.assert(
      fc.property(header, fc.nat(40), (h, data) => {
        if (check(rawSafetensors(h, data)) === "accepted") accepted++;
      }),
      { numRuns: 3_000 },
    );
    expect(accepted).toBeGreaterThan(0);
  });

  test("refuses the file cut at every byte", () => {
    for (let length = 0; length < valid.length; length++) {
      expect(check(valid.slice(0, length))).toBe("refused");
    }
  });
});
