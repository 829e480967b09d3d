import { type ComputeDtype, unitRoundoff } from "../compute-dtype.ts";
import { interpret } from "../interpreter/runtime.ts";
import type { Runtime } from "../runtime.ts";
import { selfTestFeeds, selfTestProgram } from "./self-test-program.ts";

/** Float32 rounding in another order of summation is a tenth of this; a TF32 product is ten times it. */
const TOLERANCE = 1e-4;

/**
 * The same for products in a type of two bytes, in its unit roundoffs. TensorFlow, which sums in float32, rounds as the
 * interpreter does to the last bit; WebGPU, which sums in float16, is off by 14. Float32 products are off by 34, being
 * nearer the truth than what was asked for.
 */
const ROUNDOFFS = 32;

export interface SelfTest {
  readonly passed: boolean;
  /** Largest error over all outputs, each relative to its output's largest element; NaN where an output is. */
  readonly error: number;
  /** What was found, in a sentence. */
  readonly detail: string;
}

/**
 * Runs one small LoRA step, forward and backward, on `runtime` and compares every number with the float64 interpreter,
 * which rounds the operands and results of products as the runtime says that it does.
 * Throws what the runtime throws.
 */
export async function selfTest(runtime: Runtime): Promise<SelfTest> {
  const program = selfTestProgram();
  const feeds = selfTestFeeds();
  const { computeDtype = "float32" } = runtime;
  const exact = interpret(program, feeds, computeDtype);
  const executable = await runtime.compile(program);
  let worst = { name: "", error: 0 };
  try {
    const outputs = await executable.run(feeds);
    for (const name of Object.keys(program.outputs)) {
      const error = relativeError(outputs[name]!.data, exact[name]!.data);
      // NaN is the worst there is, and no comparison holds for it.
      if (Number.isNaN(error)) worst = { name, error };
      else if (error > worst.error) worst = { name, error };
    }
  } finally {
    await executable.dispose();
  }
  const { name, error } = worst;
  const passed = error <= toleranceOf(computeDtype);
  const products = computeDtype === "float32" ? "" : ` with ${computeDtype} products`;
  const detail = passed
    ? `self-test passed: a LoRA step${products} within ${error.toExponential(0)} of float64`
    : `self-test failed: ${name} of a LoRA step${products} is off by ${error.toExponential(1)} of its largest element`;
  return { passed, error, detail };
}

function toleranceOf(computeDtype: ComputeDtype): number {
  return computeDtype === "float32" ? TOLERANCE : ROUNDOFFS * unitRoundoff[computeDtype];
}

function relativeError(actual: ArrayLike<number | bigint>, exact: Float64Array): number {
  let largest = 0;
  let difference = 0;
  for (let i = 0; i < exact.length; i++) {
    largest = Math.max(largest, Math.abs(exact[i]!));
    difference = Math.max(difference, Math.abs(Number(actual[i]) - exact[i]!));
  }
  return difference / Math.max(largest, Number.MIN_VALUE);
}
