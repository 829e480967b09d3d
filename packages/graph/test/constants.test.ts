import { expect, test } from "vitest";
import { selfTestFeeds, selfTestProgram } from "../src/devices/self-test-program.ts";
import * as g from "../src/index.ts";

const runtimes: readonly (readonly [string, () => Promise<g.Runtime>])[] = [
  ["onnxruntime", () => g.onnxRuntime()],
  ["onnxruntime in portable operators", () => g.onnxRuntime({ portable: true })],
  ["the interpreter", async () => g.referenceRuntime()],
];
const frozen = ["query", "key", "value", "up", "down", "rmsWeight", "weight", "bias", "labels", "mask"];

test.each(runtimes)(
  "a LoRA step gives the same bytes with its frozen weights bound on %s",
  async (_, open) => {
    const runtime = await open();
    const program = selfTestProgram();
    const feeds = selfTestFeeds();
    const split = (bound: boolean) =>
      Object.fromEntries(Object.entries(feeds).filter(([name]) => frozen.includes(name) === bound));
    const fed = await runtime.compile(program);
    const bound = await runtime.compile(program, { constants: split(true) });
    expect(await bound.run(split(false))).toEqual(await fed.run(feeds));
    await Promise.all([fed.dispose(), bound.dispose()]);
  },
);

test.each(runtimes)("constants that are no inputs, or do not fit, are named on %s", async (_, open) => {
  const runtime = await open();
  const x = g.input("x", [2]);
  const program = g.program({ y: g.add(x, x) });
  const compile = (constants: g.Tensors) => runtime.compile(program, { constants });
  await expect(compile({ z: g.float32([2]) })).rejects.toThrow(
    "constants must be inputs of the program, got z",
  );
  await expect(compile({ x: g.float32([3]) })).rejects.toThrow(
    'input "x" must be float32[2], got float32[3]',
  );
  const executable = await compile({ x: g.float32([2], Float32Array.of(1, 2)) });
  expect([...(await executable.run({})).y!.data]).toEqual([2, 4]);
  await executable.dispose();
});
