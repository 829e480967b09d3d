/** What the page and its worker say to each other. */
import type { MetricName, Results, TrialResult } from "@lorank/core/results";
import type { TrialEvent } from "@lorank/train/browser";

/** The folder of the origin's private file system that holds all that outlasts a visit. */
export const KEPT_FOLDER = "lorank-playground";

/** What runs the model: WebAssembly everywhere, or the GPU where the browser reaches one. */
export type Device = "wasm" | "webgpu";

/** What a person asks for, in the words of `lorank sweep`. */
export interface Asked {
  readonly ranks: readonly number[];
  readonly seeds: number;
  readonly trainExamples: number;
  readonly validationExamples: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly maxLength: number;
  readonly learningRate: number;
  readonly textColumn?: string | undefined;
  readonly labelColumn?: string | undefined;
  readonly mergeLabels?: boolean | undefined;
  readonly keepOverlap?: boolean | undefined;
  readonly device: Device;
}

/** `kept`: what an earlier visit left in this browser. */
export type DataChoice =
  | { readonly kind: "e-mails" }
  | { readonly kind: "file"; readonly file: File }
  | { readonly kind: "kept"; readonly name: string };

export interface NamedFile {
  readonly name: string;
  readonly file: File;
}

export type ModelChoice =
  | { readonly kind: "starter" }
  | { readonly kind: "folder"; readonly name: string; readonly files: readonly NamedFile[] }
  | { readonly kind: "hub"; readonly id: string }
  | { readonly kind: "kept"; readonly name: string };

/** What this browser keeps of a comparison, beside its trials. */
export interface Saved {
  readonly asked: Asked;
  /** Absent: the e-mails. */
  readonly dataName?: string | undefined;
  /** Absent: the starter. */
  readonly modelName?: string | undefined;
  readonly modelFiles?: readonly string[] | undefined;
  /** What a visit after this one does: go on, wait for a person, or show what is there. */
  readonly state: "running" | "paused" | "stopped" | "done";
}

export interface PlannedTrial {
  readonly trialId: string;
  readonly name: string;
  readonly rank: number;
  readonly seed: number;
}

/** A comparison that has been checked to the end and can begin. */
export interface Planned {
  readonly name: string;
  readonly ranks: readonly number[];
  readonly seeds: readonly number[];
  readonly metric: MetricName;
  readonly margin: number;
  readonly trials: readonly PlannedTrial[];
  /** What was inferred, cut or left out. */
  readonly notes: readonly string[];
}

/** Differences to what transformers and PEFT computed, as shares of a tensor's largest number. */
export interface GradientCheck {
  readonly model: string;
  readonly device: Device;
  readonly tensors: number;
  readonly numbers: number;
  readonly loss: number;
  readonly logits: number;
  readonly gradients: number;
  readonly worst: string;
  /** Largest difference that float32 rounding explains. */
  readonly tolerance: number;
}

/** A file that the page hands out. */
export interface OutFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export type ToWorker =
  | { readonly kind: "open" }
  | { readonly kind: "start"; readonly asked: Asked; readonly data: DataChoice; readonly model: ModelChoice }
  | { readonly kind: "pause"; readonly byPerson: boolean }
  | { readonly kind: "resume" }
  | { readonly kind: "stop" }
  | { readonly kind: "forget" }
  /** The adapters of these trials as one zip file. */
  | { readonly kind: "adapters"; readonly name: string; readonly trialIds: readonly string[] }
  | { readonly kind: "check-gradients"; readonly device: Device };

export type FromWorker =
  /** Busy: another tab has the comparison. `goesOn`: it runs on without being asked. */
  | {
      readonly kind: "opened";
      readonly busy: boolean;
      readonly saved?: Saved | undefined;
      readonly goesOn: boolean;
    }
  | { readonly kind: "preparing"; readonly text: string }
  | { readonly kind: "prepared"; readonly planned: Planned; readonly results: readonly TrialResult[] }
  | { readonly kind: "started"; readonly trialId: string }
  | { readonly kind: "progress"; readonly trialId: string; readonly event: TrialEvent }
  | { readonly kind: "finished"; readonly result: TrialResult }
  | { readonly kind: "done"; readonly results: Results }
  /** By a person; a visit after this one waits too. */
  | { readonly kind: "paused" }
  | { readonly kind: "stopped" }
  | { readonly kind: "forgotten" }
  | { readonly kind: "adapters"; readonly file: OutFile }
  | { readonly kind: "gradients"; readonly check: GradientCheck }
  | { readonly kind: "error"; readonly of: "sweep" | "gradients" | "adapters"; readonly text: string };
