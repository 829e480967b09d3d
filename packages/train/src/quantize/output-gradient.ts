import {
  type Executable,
  float32,
  floats,
  input,
  mul,
  type Program,
  program,
  type Runtime,
  softmax,
  sub,
  type Tensor,
  vjp,
} from "@lorank/graph";
import { noAdapter } from "../adapter/shape.ts";
import type { Base } from "../base/base.ts";
import type { MicroBatch } from "../transformer/batch.ts";
import { getOrMake } from "../transformer/get-or-make.ts";
import { headPasses } from "../transformer/head-rows.ts";
import { ModuleInputs } from "../transformer/module-inputs.ts";

/**
 * The gradient, towards the last block's output h, of how far a model is from the float model, whose last block says h₀:
 * with a head that reads every token, the Kullback-Leibler divergence of its next-token probabilities from the float
 * model's, KL(p₀ ‖ p); otherwise ‖h − h₀‖² / ‖h₀‖². Summed over all tokens but pads.
 */
export class OutputGradient {
  readonly #base: Base;
  readonly #runtime: Runtime;
  readonly #weights: ReadonlyMap<string, Tensor>;
  readonly #compiled = new Map<
    number,
    Promise<{ readonly program: Program; readonly executable: Executable }>
  >();

  constructor(base: Base, runtime: Runtime, weights: ReadonlyMap<string, Tensor>) {
    this.#base = base;
    this.#runtime = runtime;
    this.#weights = weights;
  }

  /** `[rows, hidden]`, times `weight`. */
  async of({ lengths, seq }: MicroBatch, whole: Tensor, changed: Tensor, weight: number): Promise<Tensor> {
    const { head, family } = this.#base;
    const width = family.hiddenSize;
    const from = floats(whole);
    const to = floats(changed);
    const gradient = float32(whole.shape);
    const result = floats(gradient);
    const rows = lengths.flatMap((length, example) => Array.from({ length }, (_, i) => example * seq + i));
    if (head.reads === "one") {
      for (const row of rows) scaledDifference(from, to, result, row * width, width, weight);
      return gradient;
    }
    for (const { rows: part, size } of headPasses(rows, head.linears.at(-1)!.outDim)) {
      const gathered = (values: Float32Array): Tensor => {
        const own = new Float32Array(size * width);
        for (const [i, row] of part.entries())
          own.set(values.subarray(row * width, (row + 1) * width), i * width);
        return float32([size, width], own);
      };
      const { program: made, executable } = await this.#program(size);
      const given: Record<string, Tensor> = {
        x: gathered(to),
        whole: gathered(from),
        weight: float32([1], Float32Array.of(weight)),
      };
      const feeds = made.inputs.map(({ name }) => [name, given[name] ?? this.#weights.get(name)!] as const);
      const { dx } = await executable.run(Object.fromEntries(feeds));
      for (const [i, row] of part.entries())
        result.set(floats(dx!).subarray(i * width, (i + 1) * width), row * width);
    }
    return gradient;
  }

  async dispose(): Promise<void> {
    for (const { executable } of await Promise.all(this.#compiled.values())) await executable.dispose();
  }

  #program(rows: number) {
    return getOrMake(this.#compiled, rows, async () => {
      const { head, family } = this.#base;
      const weights = new ModuleInputs({
        shape: head,
        path: "",
        adapter: noAdapter,
        training: false,
        isTrained: () => false,
      });
      const x = input("x", [rows, family.hiddenSize]);
      const logits = head.logits(x, weights); // [rows, vocab]
      const target = softmax(head.logits(input("whole", x.shape), weights));
      // d KL(p₀ ‖ p) / d logits = p − p₀
      const dlogits = mul(sub(softmax(logits), target), input("weight", [1]));
      const made = program({ dx: vjp(logits, dlogits, [x])[0]! });
      return { program: made, executable: await this.#runtime.compile(made) };
    });
  }
}

/** 2 (h − h₀) / ‖h₀‖² · weight of one row. */
function scaledDifference(
  from: Float32Array,
  to: Float32Array,
  result: Float32Array,
  start: number,
  width: number,
  weight: number,
): void {
  let square = 0;
  for (let i = start; i < start + width; i++) square += from[i]! ** 2;
  for (let i = start; i < start + width; i++) result[i] = (2 * weight * (to[i]! - from[i]!)) / square;
}
