import { expect, test } from "vitest";
import { secondsOfProducts } from "../../src/devices/self-test.ts";
import * as devices from "../../src/devices.ts";
import type * as g from "../../src/index.ts";

test("secondsOfProducts feeds the weights, or binds them where the runtime says that it pays", async () => {
  const bound: string[][] = [];
  const cpu = await devices.onnxRuntime();
  for (const bindsConstants of [false, true]) {
    const runtime: g.Runtime = {
      ...cpu,
      bindsConstants,
      compile: (program, options) => {
        bound.push(Object.keys(options?.constants ?? {}));
        return cpu.compile(program, options);
      },
    };
    expect(await secondsOfProducts(runtime)).toBeGreaterThan(0);
  }
  expect(bound).toEqual([[], ["up", "down"]]);
});
