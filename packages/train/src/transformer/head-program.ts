import { argMax, crossEntropy, gradient, input, mul, type Program, program, sum } from "@lorank/graph";
import type { AdapterShape } from "../adapter/shape.ts";
import type { HeadModule } from "../families/family.ts";
import { gradientName, ModuleInputs } from "./module-inputs.ts";
import type { Quantization } from "./weights.ts";

interface HeadProgramOptions {
  readonly head: HeadModule;
  readonly hiddenSize: number;
  readonly rows: number;
  readonly adapter: AdapterShape;
  /** Whether dropout is active. */
  readonly training: boolean;
  readonly isTrained: (name: string) => boolean;
  /** Whether the gradient goes on to the last block. */
  readonly inputGradient: boolean;
  readonly quantization: (name: string) => Quantization | undefined;
}

export interface HeadPrograms {
  /** x → `losses` `[rows]`, `predictions` int64 `[rows]`, `logits` `[rows, classes]`. */
  readonly evaluate: Program;
  /** The same without logits. */
  readonly losses: Program;
  /** Losses and predictions, and `d.x` and the gradients of the trained weights of Σ losses · `row_weights`. */
  readonly train: Program;
}

/**
 * What follows the last block, and cross-entropy of `rows` rows. Inputs: `x` `[rows, hidden]`, the head's weights by
 * name, int64 `targets` `[rows]`, and, to train, `row_weights` `[rows]`: each row's share in the loss.
 */
export function headPrograms(options: HeadProgramOptions): HeadPrograms {
  const { head, hiddenSize, rows, adapter, training, isTrained, inputGradient, quantization } = options;
  const weights = new ModuleInputs({ shape: head, path: "", adapter, training, isTrained, quantization });
  const x = input("x", [rows, hiddenSize]);
  const logits = head.logits(x, weights); // [rows, classes]
  const losses = crossEntropy(logits, input("targets", [rows], "int64"));
  const predictions = argMax(logits);
  const loss = sum(mul(losses, input("row_weights", [rows])), [0]);
  const wanted = new Map(weights.trained);
  if (inputGradient) wanted.set("x", x);
  const gradients = gradient(loss, [...wanted.values()]);
  const named = Object.fromEntries([...wanted.keys()].map((name, i) => [gradientName(name), gradients[i]!]));
  return {
    losses: program({ losses, predictions }),
    evaluate: program({ losses, predictions, logits }),
    train: program({ losses, predictions, ...named }),
  };
}
