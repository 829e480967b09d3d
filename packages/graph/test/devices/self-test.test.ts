import { describe, expect, test } from "vitest";
import { selfTestFeeds, selfTestProgram } from "../../src/devices/self-test.ts";
import * as devices from "../../src/devices.ts";
import { interpret } from "../../src/interpreter/runtime.ts";
import * as g from "../graph.ts";

/** The reference runtime with one number of one output changed. */
function wrong(output: string, change: (value: number) => number): g.Runtime {
  const right = g.referenceRuntime();
  return {
    ...right,
    compile: async (program) => {
      const executable = await right.compile(program);
      return {
        ...executable,
        run: async (feeds) => {
          const outputs = await executable.run(feeds);
          const data = g.floats(outputs[output]!);
          data[data.length - 1] = change(data.at(-1)!);
          return outputs;
        },
      };
    },
  };
}

describe("selfTest", () => {
  test("passes the CPU runtime, in the usual operators and in those that every provider has", async () => {
    for (const portable of [false, true]) {
      const { passed, error, detail } = await devices.selfTest(await devices.onnxRuntime({ portable }));
      expect(error).toBeLessThan(5e-6);
      expect(passed).toBe(true);
      expect(detail).toMatch(/^self-test passed: a LoRA step within \de-\d of float64$/);
    }
  });

  test.each(["y", "loss", "d.x", "d.queryA", "d.queryB", "d.head"])(
    "fails a runtime that has one element of %s wrong, and names it",
    async (output) => {
      const { passed, detail } = await devices.selfTest(wrong(output, (value) => value + 1));
      expect(passed).toBe(false);
      expect(detail).toMatch(
        new RegExp(`^self-test failed: ${output.replace(".", "\\.")} of a LoRA step is off by`),
      );
    },
  );

  test.each(["float16", "bfloat16"] as const)(
    "holds %s products to their own rounding",
    async (computeDtype) => {
      const rounding = g.referenceRuntime({ computeDtype });
      expect((await devices.selfTest(rounding)).detail).toMatch(
        new RegExp(`^self-test passed: a LoRA step with ${computeDtype} products within \\de-8 of float64$`),
      );
      // One that says so and multiplies in float32.
      const { passed } = await devices.selfTest({ ...g.referenceRuntime(), computeDtype });
      expect(passed).toBe(false);
    },
  );

  test("fails a runtime that gives a number that is none", async () => {
    const { passed, error } = await devices.selfTest(wrong("d.x", () => Number.NaN));
    expect(passed).toBe(false);
    expect(error).toBeNaN();
  });

  test("covers what a LoRA step is made of, with outputs that are not small", () => {
    const program = selfTestProgram();
    const ops = new Set<string>(program.steps.map(({ op }) => op));
    const needed =
      "softmax rmsNorm layerNorm rotary gatherRows scatterAddRows addToColumns crossEntropy argMax cast erf";
    expect(needed.split(" ").filter((op) => !ops.has(op))).toEqual([]);
    // An output that is all but zero would agree with anything.
    for (const { data } of Object.values(interpret(program, selfTestFeeds())))
      expect(Math.max(...data.map(Math.abs))).toBeGreaterThan(0.01);
  });
});
