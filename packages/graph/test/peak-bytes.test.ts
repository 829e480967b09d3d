import { describe, expect, test } from "vitest";
import { executionOrder } from "../src/onnx/peak-bytes.ts";
import * as g from "./graph.ts";

const KIB = 1024; // a float32 [16, 16]
const square = (name: string): g.Value => g.input(name, [16, 16]);

/** The most bytes that a program's allocations take at one time. */
function peakBytes(program: g.Program, isCallers?: (output: string) => boolean): number {
  const { allocations } = g.runMemory(program, isCallers);
  const liveAt = (place: number): number =>
    allocations.reduce(
      (sum, { bytes, start, end }) => (start <= place && place <= end ? sum + bytes : sum),
      0,
    );
  return allocations.reduce((most, { start }) => Math.max(most, liveAt(start)), 0);
}

describe("runMemory", () => {
  test("counts a value until its last use", () => {
    const x = square("x");
    const chain = g.exp(g.exp(g.exp(g.exp(x))));
    expect(peakBytes(g.program({ y: chain }))).toBe(2 * KIB); // two that take turns
  });

  test("does not count inputs, nor outputs that are written where the caller says", () => {
    const y = g.exp(square("x"));
    expect(peakBytes(g.program({ y }))).toBe(KIB);
    expect(peakBytes(g.program({ y }), () => true)).toBe(0);
  });

  test("keeps a value for as long as a later one needs it", () => {
    const x = square("x");
    const early = g.exp(x);
    const chain = g.exp(g.exp(g.exp(early)));
    expect(peakBytes(g.program({ y: g.mul(chain, early) }), () => true)).toBe(3 * KIB);
  });

  test("takes no memory for another shape, nor for what onnxruntime computes in place", () => {
    const x = g.exp(square("x"));
    expect(peakBytes(g.program({ y: g.exp(g.reshape(x, [256])) }), () => true)).toBe(KIB);
    expect(peakBytes(g.program({ y: g.exp(g.softmax(x)) }), () => true)).toBe(KIB);
    expect(peakBytes(g.program({ y: g.exp(g.sqrt(x)) }), () => true)).toBe(2 * KIB);
  });

  test("does not compute in place what is needed again", () => {
    const x = g.exp(square("x"));
    expect(peakBytes(g.program({ y: g.add(g.softmax(x), x) }), () => true)).toBe(2 * KIB);
  });

  test("counts a product that its addition writes once", () => {
    const product = g.matMul(square("a"), square("b"));
    expect(peakBytes(g.program({ y: g.exp(g.add(product, square("c"))) }), () => true)).toBe(KIB);
  });

  test("leaves weights that are decoded on the host aside", () => {
    const codes = g.input("w.codes", [128], "uint8");
    const levels = Array.from({ length: 16 }, (_, i) => i / 15);
    const w = g.decode4bit(codes, g.input("w.absmax", [4]), { levels, blockSize: 64, shape: [16, 16] });
    const program = g.program({ y: g.matMul(square("x"), w) });
    expect(g.runMemory(program).decodedBytes).toBe(KIB);
    expect(peakBytes(program)).toBe(KIB);
    expect(g.runMemory(g.program({ y: g.exp(square("x")) })).decodedBytes).toBe(0);
  });
});

test("nodes run depth first from the last end, and of what one needs the later first", () => {
  const node = (output: string, ...inputs: string[]) => ({ opType: "Add", inputs, outputs: [output] });
  const nodes = [node("a", "x"), node("b", "x"), node("c", "a", "b"), node("d", "a")];
  expect(executionOrder(nodes).map(({ outputs }) => outputs[0])).toEqual(["a", "d", "b", "c"]);
});
