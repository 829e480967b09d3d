import { beforeAll, describe, expect, test } from "vitest";
import { opCases } from "./cases.ts";
import * as g from "./graph.ts";
import { worstError } from "./joint-graph.ts";
import { runtimes } from "./runtimes.ts";

describe.each(runtimes.map((each) => [each.title, each] as const))(
  "%s",
  (_, { missing, exact, tolerance, make }) => {
    let runtime: g.Runtime;
    beforeAll(async () => {
      if (!missing) runtime = await make();
    });

    async function run(program: g.Program, feeds: g.Tensors): Promise<g.Tensors> {
      const executable = await runtime.compile(program);
      try {
        return await executable.run(feeds);
      } finally {
        await executable.dispose();
      }
    }

    describe.skipIf(missing)("gives the interpreter's numbers, forward and backward", () => {
      test.each(opCases)("$name", async (op) => {
        expect(await worstError(op, runtime)).toBeLessThanOrEqual(tolerance);
      });
    });

    describe.skipIf(missing)("a compiled program", () => {
      test("copies inputs and constants that are outputs, and one value under two names", async () => {
        const a = g.input("a", [2]);
        const sum = g.add(a, a);
        const program = g.program({ same: a, one: g.constant(1, []), first: sum, second: sum });
        const outputs = await run(program, { a: g.float32([2], Float32Array.of(1, 2)) });
        expect(Object.values(outputs).map(({ data }) => [...data])).toEqual([[1, 2], [1], [2, 4], [2, 4]]);
      });

      test("hands bytes and 64-bit integers through, beyond what 32 bits hold", async () => {
        const mask = g.transpose(g.input("mask", [2, 2], "uint8"), [1, 0]);
        const ids = g.reshape(g.input("ids", [3], "int64"), [3, 1]);
        // The interpreter's float64 is exact up to 2^53.
        const big = BigInt64Array.of(2n ** 40n + 1n, -(2n ** 33n), 7n);
        const outputs = await run(g.program({ turned: mask, column: ids }), {
          mask: g.uint8([2, 2], Uint8Array.of(0, 255, 128, 1)),
          ids: g.int64([3], big),
        });
        expect(outputs.turned).toEqual({
          dtype: "uint8",
          shape: [2, 2],
          data: Uint8Array.of(0, 128, 255, 1),
        });
        expect(outputs.column).toEqual({ dtype: "int64", shape: [3, 1], data: big });
      });

      test("gives the index of the first of equals as a 64-bit integer", async () => {
        const program = g.program({ at: g.argMax(g.input("x", [2, 3])) });
        const { at } = await run(program, { x: g.float32([2, 3], Float32Array.of(1, 5, 5, 9, 9, 2)) });
        expect(at).toEqual({ dtype: "int64", shape: [2], data: BigInt64Array.of(1n, 0n) });
      });

      test("runs again on other feeds", async () => {
        const x = g.input("x", [2]);
        const executable = await runtime.compile(g.program({ y: g.mul(x, g.constant(3)) }));
        for (const value of [1, 2]) {
          const { y } = await executable.run({ x: g.float32([2], Float32Array.of(value, -value)) });
          expect([...y!.data]).toEqual([3 * value, -3 * value]);
        }
        await executable.dispose();
      });

      test("names every feed that is missing or wrong", async () => {
        const program = g.program({ y: g.add(g.input("a", [2]), g.input("b", [2])) });
        await expect(run(program, { a: g.float32([3]) })).rejects.toThrow(
          'input "a" must be float32[2], got float32[3]\ninput "b" must be float32[2], got nothing',
        );
      });
    });

    // The reference runtime rounds only what it hands over, and has no memory of the caller's to write into.
    if (exact) return;
    describe.skipIf(missing)("a compiled float32 program", () => {
      test("writes into the tensors it is given", async () => {
        const a = g.input("a", [2]);
        const executable = await runtime.compile(g.program({ y: g.add(a, a) }));
        const y = g.float32([2]);
        const outputs = await executable.run({ a: g.float32([2], Float32Array.of(1, 2)) }, { y });
        expect([...g.floats(y)]).toEqual([2, 4]);
        expect(outputs.y!.data.buffer).toBe(y.data.buffer);
        await executable.dispose();
      });

      test("gives the same gradient from saved values and from recomputed ones", async () => {
        const a = g.input("a", [3]);
        const dy = g.input("dy", [3]);
        const out = g.exp(g.mul(a, a));
        const [da] = g.gradient(out, [a], dy);
        const feeds = {
          a: g.float32([3], Float32Array.of(0.3, -0.8, 1.1)),
          dy: g.float32([3], Float32Array.of(1, 2, 3)),
        };
        const gradients = [];
        for (const recompute of ["nothing", "cheap", "everything"] as const) {
          const { forward, backward } = g.splitForwardBackward({ y: out }, { da: da! }, recompute);
          const values = await run(forward, { a: feeds.a });
          gradients.push((await run(backward, { ...feeds, ...values })).da!.data);
        }
        expect(gradients.slice(1)).toEqual([gradients[0], gradients[0]]);
      });
    });
  },
);
