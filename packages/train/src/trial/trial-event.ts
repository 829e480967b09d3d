export type TrialEvent =
  | {
      readonly kind: "step";
      readonly step: number;
      readonly steps: number;
      readonly loss: number;
      readonly learningRate: number;
    }
  | { readonly kind: "evaluating"; readonly done: number; readonly total: number };
