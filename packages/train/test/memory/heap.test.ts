import { describe, expect, test } from "vitest";
import { Heap } from "../../src/memory/ledger.ts";

const KIB = 1024;
const MIB = KIB * KIB;

describe("Heap", () => {
  test("uses again what was given back", () => {
    const heap = new Heap();
    const first = heap.take(64 * KIB);
    heap.take(64 * KIB);
    heap.give(first);
    const before = heap.resident;
    heap.take(64 * KIB);
    expect(heap.resident).toBe(before);
  });

  test("joins free neighbours, and what lies before the end with it", () => {
    const heap = new Heap();
    const parts = [heap.take(64 * KIB), heap.take(64 * KIB), heap.take(64 * KIB)];
    const before = heap.resident;
    for (const part of parts) heap.give(part);
    heap.take(192 * KIB);
    expect(heap.resident).toBe(before);
  });

  test("takes the smallest free block that is large enough", () => {
    const heap = new Heap();
    const large = heap.take(256 * KIB);
    heap.take(KIB);
    const small = heap.take(64 * KIB);
    heap.take(KIB);
    heap.give(large);
    heap.give(small);
    heap.take(64 * KIB); // into the small one, so that the large one is still whole
    const before = heap.resident;
    heap.take(256 * KIB);
    expect(heap.resident).toBe(before);
  });

  test("a hole between two blocks is too small for an aligned block of its own size", () => {
    const heap = new Heap();
    const hole = heap.take(64 * KIB, { aligned: true });
    heap.take(64 * KIB);
    heap.give(hole);
    const before = heap.resident;
    heap.take(64 * KIB, { aligned: true });
    expect(heap.resident).toBeGreaterThan(before + 64 * KIB);
  });

  test("never shrinks, but gives back what is too large for it", () => {
    const heap = new Heap();
    heap.give(heap.take(MIB));
    expect(heap.resident).toBeGreaterThanOrEqual(MIB);
    const before = heap.resident;
    const mapped = heap.take(40 * MIB);
    expect(heap.resident).toBe(before + 40 * MIB);
    heap.give(mapped);
    expect(heap.resident).toBe(before);
  });
});
