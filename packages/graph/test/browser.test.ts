import { expect, test } from "vitest";
import { browserBundle, runInBrowser, usesOfNode, wholeBundle } from "../../../scripts/browser-bundle.ts";

const root = new URL("../", import.meta.url);

test("the main entry bundles for a browser, without a module of Node's", async () => {
  const bundle = await wholeBundle("@lorank/graph", root);
  expect(usesOfNode(bundle)).toEqual([]);
  expect(bundle.bytes).toBeLessThan(49_000); // 48 kB
});

test("the subpath for devices does not: this test could see it", async () => {
  await expect(wholeBundle("@lorank/graph/devices", root)).rejects.toThrow("Could not resolve");
});

test("a graph is built, differentiated, interpreted and compiled where there is no Node", async () => {
  const bundle = await browserBundle(
    `
    import { float32, gradient, ops, program, referenceRuntime, toOnnx } from "@lorank/graph";
    const { input, matMul, mul, sub, sum } = ops;

    export async function main() {
      const [x, w, y] = [input("x", [4, 2]), input("w", [2, 1]), input("y", [4, 1])];
      const error = sub(matMul(x, w), y);
      const loss = sum(mul(error, error), [0, 1]);
      const [dw] = gradient(loss, [w]);
      const step = program({ loss, dw });
      const executable = await referenceRuntime().compile(step);
      const outputs = await executable.run({
        x: float32([4, 2], Float32Array.of(1, 0, 0, 1, 1, 1, 2, 1)),
        w: float32([2, 1]),
        y: float32([4, 1], Float32Array.of(1, 2, 3, 4)),
      });
      return { loss: [...outputs.loss.data], dw: [...outputs.dw.data], bytes: toOnnx(step).length };
    }`,
    root,
  );
  const bytes = expect.any(Number);
  expect(await runInBrowser(bundle)).toEqual({ loss: [30], dw: [-24, -18], bytes });
});
