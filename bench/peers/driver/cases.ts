import type { Base, Stack, Work } from "./work.ts";

/** Models that `python/models.py` writes. */
export type PeerModel =
  | "minilm"
  | "smollm2"
  | "qwen2.5-0.5b"
  | "qwen2.5-1.5b"
  | "llama-3.2-1b"
  | "llama-3.2-3b";

/** A stack with its way to hold the base. */
export interface SideSpec {
  readonly stack: Stack;
  readonly base: Base;
}

export interface StepCase {
  readonly model: PeerModel;
  readonly work: Omit<Work, "stack" | "model" | "base" | "threads" | "rank">;
  readonly sides: readonly SideSpec[];
  /** Pairs of which ratios are printed, by index in `sides`. */
  readonly pairs: readonly (readonly [number, number])[];
}

const sides = (...names: readonly `${Stack} ${Base}`[]): SideSpec[] =>
  names.map((name) => {
    const [stack, base] = name.split(" ") as [Stack, Base];
    return { stack, base };
  });

const minilm = (batch: number): StepCase => ({
  model: "minilm",
  work: { task: "classification", batch, seq: 128, recompute: false },
  sides: sides("lorank float32", "peft float32"),
  pairs: [[0, 1]],
});

const minilm4bit = (base: Base): StepCase => ({
  ...minilm(4),
  sides: sides("lorank float32", `lorank ${base}`, "peft float32", `peft ${base}`),
  pairs: [
    [1, 0],
    [3, 2],
    [1, 3],
  ],
});

/** QLoRA on the shapes of a larger model. */
const qlora = (model: PeerModel): StepCase => ({
  model,
  work: { task: "causal-lm", batch: 4, seq: 128, recompute: true },
  sides: sides("lorank nf4-dq", "peft nf4-dq"),
  pairs: [[0, 1]],
});

/** Each case is one unit of work that several sides do in turn. */
export const stepCases: Readonly<Record<string, StepCase>> = {
  "minilm-512": minilm(4),
  "minilm-2048": minilm(16),
  /** What one might use instead of a plain loop in float32. */
  "minilm-512-others": {
    ...minilm(4),
    sides: sides(
      "lorank float32",
      "peft float32",
      "peft-compile float32",
      "peft autocast",
      "peft-trainer float32",
    ),
    pairs: [
      [0, 1],
      [0, 2],
      [0, 3],
      [0, 4],
    ],
  },
  "minilm-nf4": minilm4bit("nf4"),
  "minilm-nf4-dq": minilm4bit("nf4-dq"),
  "smollm2-qlora": {
    model: "smollm2",
    work: { task: "causal-lm", batch: 4, seq: 128, recompute: true },
    sides: sides("lorank float32", "peft float32", "lorank nf4", "peft nf4", "lorank nf4-dq", "peft nf4-dq"),
    pairs: [
      [0, 1],
      [2, 3],
      [4, 5],
      [2, 0],
      [0, 3],
    ],
  },
  "qwen2.5-0.5b": qlora("qwen2.5-0.5b"),
  "qwen2.5-1.5b": qlora("qwen2.5-1.5b"),
  "llama-3.2-1b": qlora("llama-3.2-1b"),
  "llama-3.2-3b": qlora("llama-3.2-3b"),
};
