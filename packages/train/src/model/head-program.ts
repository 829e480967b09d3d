import {
  argMax,
  crossEntropy,
  gradient,
  input,
  matMul,
  mul,
  type Program,
  program,
  sum,
} from "@lorank/graph";
import type { Family } from "../models/family.ts";
import { gradientName } from "./block-program.ts";

/** What turns hidden states into a loss. */
export type Head =
  | { readonly kind: "classification"; readonly labels: number }
  | { readonly kind: "causal-lm" };

export interface HeadPrograms {
  /** x → `losses` `[rows]`, `predictions` int64 `[rows]`, `logits` `[rows, classes]`. */
  readonly evaluate: Program;
  /** The same without logits, and `d.x` and the gradients of the trained weights of Σ losses · `weights`. */
  readonly train: Program;
}

/**
 * Final norm, output weights and cross-entropy of `rows` rows. Inputs: `x` `[rows, hidden]`, `norm`, `head`
 * `[classes, hidden]`, int64 `targets` `[rows]`, and, to train, `weights` `[rows]`: each row's share in the loss.
 */
export function headPrograms(
  family: Family,
  head: Head,
  rows: number,
  trained: ReadonlySet<string>,
  inputGradient: boolean,
): HeadPrograms {
  const classes = head.kind === "classification" ? head.labels : family.vocabSize;
  const x = input("x", [rows, family.hiddenSize]);
  const norm = input("norm", [family.hiddenSize]);
  const weight = input("head", [classes, family.hiddenSize]);
  const logits = matMul(family.final(x, norm), weight, { transposeB: true }); // [rows, classes]
  const losses = crossEntropy(logits, input("targets", [rows], "int64"));
  const predictions = argMax(logits);
  const loss = sum(mul(losses, input("weights", [rows])), [0]);
  const candidates = { norm, head: weight, x };
  const wanted = Object.entries(candidates).filter(([name]) =>
    name === "x" ? inputGradient : trained.has(name),
  );
  const gradients = gradient(
    loss,
    wanted.map(([, value]) => value),
  );
  const named = Object.fromEntries(wanted.map(([name], i) => [gradientName(name), gradients[i]!]));
  return {
    evaluate: program({ losses, predictions, logits }),
    train: program({ losses, predictions, ...named }),
  };
}
