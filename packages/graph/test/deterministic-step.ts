// A graph large enough that runtimes split its matrix products over threads: forward and backward of two layers.
// Run as a script with a runtime and a number of threads it prints the digest of all gradients.
import { createHash } from "node:crypto";
import { onnxRuntime } from "../src/devices.ts";
import { tensorflowRuntime } from "../src/tensorflow/runtime.ts";
import * as g from "./graph.ts";

function numbers(count: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

const runtimes = { onnx: onnxRuntime, tensorflow: tensorflowRuntime };

export async function digestOfStep(runtime: keyof typeof runtimes, threads: number): Promise<string> {
  const shapes = { x: [256, 96], w1: [192, 96], w2: [96, 192], norm: [96] };
  const inputs = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, g.input(name, shape)]),
  );
  const { x, w1, w2, norm } = inputs as Record<keyof typeof shapes, g.Value>;
  const hidden = g.silu(g.matMul(g.rmsNorm(x, norm, 1e-5), w1, { transposeB: true }));
  const y = g.add(x, g.matMul(hidden, w2, { transposeB: true }));
  const loss = g.mean(g.mul(g.softmax(y), y), [0, 1]);
  const gradients = g.gradient(loss, [x, w1, w2, norm]);
  const program = g.program({ loss, ...Object.fromEntries(gradients.map((dx, i) => [`d${i}`, dx])) });
  const executable = await (await runtimes[runtime]({ threads })).compile(program);
  const feeds = Object.fromEntries(
    Object.entries(shapes).map(([name, shape], i) => [
      name,
      g.float32(
        shape,
        numbers(
          shape.reduce((a, b) => a * b, 1),
          i + 1,
        ),
      ),
    ]),
  );
  const outputs = await executable.run(feeds);
  const hash = createHash("sha256");
  for (const name of Object.keys(outputs).sort())
    hash.update(new Uint8Array(g.floats(outputs[name]!).slice().buffer));
  await executable.dispose();
  return hash.digest("hex");
}

if (process.argv[1]?.endsWith("deterministic-step.ts"))
  console.log(await digestOfStep(process.argv[2] as keyof typeof runtimes, Number(process.argv[3])));
