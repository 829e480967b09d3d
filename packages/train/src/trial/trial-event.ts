/** What happens in a training. */
export type TrialEvent =
  | {
      readonly kind: "step";
      readonly step: number;
      readonly steps: number;
      readonly loss: number;
      readonly learningRate: number;
    }
  | { readonly kind: "evaluating"; readonly done: number; readonly total: number }
  /** The training goes on from a checkpoint: `step` of `steps` steps were done by earlier processes. */
  | { readonly kind: "resumed"; readonly step: number; readonly steps: number }
  /** A checkpoint was written after `step` steps. */
  | {
      readonly kind: "checkpoint";
      readonly step: number;
      readonly steps: number;
      readonly bytes: number;
      /** That it took. */
      readonly seconds: number;
    }
  /** What somebody should know: a checkpoint that is not used, or cannot be written. */
  | { readonly kind: "note"; readonly text: string };
