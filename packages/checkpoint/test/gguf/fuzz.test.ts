import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isInputError } from "@lorank/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { modelAt } from "../../src/files/model-folder.ts";
import { modelConfig, modelWeights } from "../../src/model/model.ts";
import { modelTokenizer } from "../../src/model/tokenizer.ts";
import { fixture } from "../helpers/fixture.ts";
import { openGguf } from "../helpers/open-gguf.ts";

const types = readFileSync(fixture("gguf/types.gguf"));
const llama = readFileSync(fixture("gguf/families/llama3.gguf"));
const spm = readFileSync(fixture("gguf/tokenizers/spm.gguf"));

/** Everything that reads a GGUF; lets nothing pass but an InputError or tensors that lie in the file. */
function check(path: string, bytes: Uint8Array): number {
  writeFileSync(path, bytes);
  const outcomes: boolean[] = [];
  const reading = (action: () => void) => outcomes.push(attempt(action));
  reading(() => {
    const file = openGguf(path);
    let held = 0;
    for (const { byteOffset, byteLength, shape } of file.tensors.values()) {
      expect(byteOffset + byteLength).toBeLessThanOrEqual(bytes.length);
      expect(shape.every((size) => Number.isSafeInteger(size) && size > 0)).toBe(true);
      held += byteLength;
    }
    // Whoever allocates what the table says, for all tensors, allocates less than the file.
    expect(held).toBeLessThan(bytes.length);
    file.close();
  });
  reading(() => {
    const weights = modelWeights(modelAt(path));
    for (const [name, { shape }] of weights.tensors) {
      expect(weights.readFloat32(name).length).toBe(shape.reduce((a, b) => a * b, 1));
    }
    weights.close();
  });
  reading(() => modelConfig(modelAt(path)));
  reading(() => modelTokenizer(modelAt(path)));
  return outcomes.filter(Boolean).length;
}

/** Whether `action` succeeds; it may throw an InputError, and nothing else. */
function attempt(action: () => void): boolean {
  try {
    action();
    return true;
  } catch (error) {
    if (!isInputError(error)) throw error;
    return false;
  }
}

/** Small numbers, and those at the edges of what a count may be. */
const telling = fc.constantFrom(0, 1, 2, 4, 8, 9, 12, 13, 31, 32, 127, 128, 255);
const mutation = fc.oneof(
  fc.record({ kind: fc.constant("set" as const), at: fc.nat(), value: fc.oneof(fc.nat(255), telling) }),
  fc.record({
    kind: fc.constant("count" as const),
    at: fc.nat(),
    value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  }),
  fc.record({ kind: fc.constant("remove" as const), at: fc.nat(), count: fc.integer({ min: 1, max: 20 }) }),
  fc.record({ kind: fc.constant("repeat" as const), at: fc.nat(), count: fc.integer({ min: 1, max: 60 }) }),
);

function mutated(original: Buffer, headerBytes: number, mutations: readonly Mutation[]): Buffer {
  let bytes = Buffer.from(original);
  for (const m of mutations) {
    const at = m.at % headerBytes;
    if (m.kind === "set") bytes[at] = m.value;
    else if (m.kind === "count") bytes.writeBigUInt64LE(m.value, Math.min(at, bytes.length - 8));
    else if (m.kind === "remove")
      bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + m.count)]);
    else bytes = Buffer.concat([bytes.subarray(0, at + m.count), bytes.subarray(at)]);
  }
  return bytes;
}

type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

describe("a reader of a GGUF", () => {
  test.each([
    ["of all types", types, 1088],
    ["of a Llama", llama, 3000],
    ["of a vocabulary", spm, spm.length],
  ])(
    "answers a mutated header %s with sound tensors or an InputError, nothing else",
    (_, original, headerBytes) => {
      const path = join(temporaryFolder(), "model.gguf");
      const before = check(path, original);
      expect(before).toBeGreaterThan(0);
      let accepted = 0;
      fc.assert(
        fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
          accepted += check(path, mutated(original, headerBytes, mutations));
        }),
        { numRuns: 1_000, seed: 20_260, endOnFailure: true },
      );
      expect(accepted).toBeGreaterThan(0);
    },
  );

  test("allocates no more than the file holds for any one count that lies", () => {
    const path = join(temporaryFolder(), "model.gguf");
    let most = 0;
    for (let at = 8; at + 8 <= 1088; at++) {
      for (const value of [2n ** 64n - 1n, 1_000_000n]) {
        const bytes = Buffer.from(types);
        bytes.writeBigUInt64LE(value, at);
        writeFileSync(path, bytes);
        const before = process.memoryUsage().arrayBuffers;
        attempt(() => openGguf(path).close());
        most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      }
    }
    expect(most).toBeLessThan(500_000); // a million elements of the smallest type would be twice that
  });
});
