import { input } from "../ops/arrays.ts";
import { matMul } from "../ops/mat-mul.ts";
import { program } from "../program.ts";
import type { Runtime } from "../runtime.ts";
import { float32 } from "../tensor.ts";

const [rows, hidden, inner] = [512, 1024, 4096];

/**
 * Seconds for the two large products of a feed-forward layer, activations there and back: 8.6 billion operations, best of
 * three runs. The weights stay on the device if it binds constants.
 */
export async function secondsOfProducts(runtime: Runtime): Promise<number> {
  const up = input("up", [inner, hidden]);
  const down = input("down", [hidden, inner]);
  const x = input("x", [rows, hidden]);
  const y = matMul(matMul(x, up, { transposeB: true }), down, { transposeB: true });
  const weights = { up: float32(up.shape), down: float32(down.shape) };
  const bound = runtime.bindsConstants === true;
  const executable = await runtime.compile(program({ y }), bound ? { constants: weights } : {});
  const feeds = { x: float32(x.shape), ...(bound ? {} : weights) };
  let best = Number.POSITIVE_INFINITY;
  await executable.run(feeds); // compiles shaders, allocates
  for (let i = 0; i < 3; i++) {
    const start = performance.now();
    await executable.run(feeds);
    best = Math.min(best, (performance.now() - start) / 1000);
  }
  await executable.dispose();
  return best;
}
