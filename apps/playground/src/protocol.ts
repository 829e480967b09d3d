/** Messages between page and worker. */
import type { Results, TrialResult } from "@lorank/evidence/results";
import type { ReportedSoFar } from "@lorank/report";
import type { TrialEvent } from "@lorank/train/browser";
import type { Device, PlaygroundSettings } from "./settings.ts";

/** Folder in the origin's private file system for all that outlasts a visit. */
export const KEPT_FOLDER = "lorank-playground";

/** Chosen training data; `kept`: the file from an earlier visit. */
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

/** Stored copies of chosen files, named by place in the list: not every name is allowed. */
export interface KeptFiles {
  /** Folder in the private file system, new for each copy: a failed copy replaces nothing. */
  readonly folder: string;
  readonly files: readonly KeptFile[];
}

export interface KeptFile {
  readonly name: string;
  readonly bytes: number;
  /** File digest: SHA-256 of the pieces' SHA-256 digests, in hexadecimal. */
  readonly digest: string;
}

/** Comparison as this browser stores it, beside its trials. */
export interface Saved {
  readonly asked: PlaygroundSettings;
  /** Name of the data file; absent for the built-in e-mails. */
  readonly dataName?: string | undefined;
  readonly dataFiles?: KeptFiles | undefined;
  /** Name of the base model; absent for the starter. */
  readonly modelName?: string | undefined;
  readonly modelFiles?: KeptFiles | undefined;
  /** Next visit's behaviour: go on, wait for a person, or show the results. */
  readonly state: "running" | "paused" | "stopped" | "done";
}

export interface PlannedTrial {
  readonly trialId: string;
  readonly name: string;
  readonly rank: number;
  readonly seed: number;
}

/** Checked comparison, ready to begin. */
export interface Planned {
  /** Results before the first trial is done. */
  readonly empty: ReportedSoFar;
  readonly trials: readonly PlannedTrial[];
  /** Counts of rows: in the comparison, and in the data. */
  readonly rows: { readonly used: number; readonly all: number };
  readonly device?: string | undefined;
  /** Sentences on what was inferred, cut or left out. */
  readonly notes: readonly string[];
}

/** Differences from transformers and PEFT, as shares of a tensor's largest number. */
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

export const ANSWER_TOKENS = 128;

/** Answering model: the untouched base, or an adapter on it. */
export interface Answerer {
  /** Trial of the adapter; absent for the untouched base. */
  readonly trialId?: string | undefined;
  readonly name: string;
}

/** Predicted seconds for a comparison, before it starts. */
export interface TimeEstimate {
  readonly low: number;
  readonly high: number;
  /** True if based on this browser's runs, false if on the CPU's speed. */
  readonly isMeasured: boolean;
  /** True if it is an upper limit: rows, lengths or the device may take less. */
  readonly isMost: boolean;
}

/** File that the page hands to the browser's downloads. */
export interface OutFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export type ToWorker =
  | { readonly kind: "open" }
  | {
      readonly kind: "start";
      readonly settings: PlaygroundSettings;
      readonly data: DataChoice;
      readonly model: ModelChoice;
      /** True if started before the page knew of saved comparisons, which are then not replaced. */
      readonly isBlind: boolean;
    }
  | { readonly kind: "pause"; readonly byPerson: boolean }
  | { readonly kind: "resume" }
  | { readonly kind: "stop" }
  | { readonly kind: "forget" }
  /** Request for a zip file with these trials' adapters. */
  | { readonly kind: "adapters"; readonly name: string; readonly trialIds: readonly string[] }
  /** Request for a file's columns. `pick` identifies the answer. */
  | { readonly kind: "columns"; readonly pick: number; readonly file: File }
  /** Request for a comparison's time estimate. `ask` identifies the answer. */
  | {
      readonly kind: "estimate";
      readonly ask: number;
      readonly settings: PlaygroundSettings;
      readonly hasFile: boolean;
      readonly model: ModelChoice;
      readonly isThreaded: boolean;
    }
  | { readonly kind: "answer"; readonly prompt: string; readonly answerers: readonly Answerer[] }
  | { readonly kind: "check-gradients"; readonly device: Device };

export type FromWorker =
  /**
   * Opened, the first message. `busy`: another tab has the comparison. `goesOn`: a saved comparison runs on by itself.
   */
  | {
      readonly kind: "opened";
      readonly busy: boolean;
      readonly saved?: Saved | undefined;
      readonly goesOn: boolean;
    }
  /** Stored: after settings, data and model, a reload loses nothing. */
  | { readonly kind: "stored"; readonly saved: Saved }
  /**
   * Refused: nothing was started, for the reason `text`. `goesOn`: an earlier visit's or another tab's comparison runs
   * here.
   */
  | { readonly kind: "refused"; readonly text: string; readonly goesOn: boolean }
  | { readonly kind: "preparing"; readonly text: string }
  | { readonly kind: "prepared"; readonly planned: Planned; readonly results: readonly TrialResult[] }
  | { readonly kind: "started"; readonly trialId: string }
  | { readonly kind: "progress"; readonly trialId: string; readonly event: TrialEvent }
  | { readonly kind: "finished"; readonly result: TrialResult }
  | { readonly kind: "done"; readonly results: Results }
  /** Paused by a person: the next visit waits too. */
  | { readonly kind: "paused" }
  | { readonly kind: "stopped" }
  | { readonly kind: "forgotten" }
  | { readonly kind: "adapters"; readonly file: OutFile }
  | { readonly kind: "gradients"; readonly check: GradientCheck }
  /** Columns in a file; none for an unreadable file, whose error is shown at the start. */
  | { readonly kind: "columns"; readonly pick: number; readonly names: readonly string[] }
  | { readonly kind: "estimate"; readonly ask: number; readonly estimate?: TimeEstimate | undefined }
  | { readonly kind: "answering"; readonly name: string; readonly text: string }
  /** Answers are complete or stopped. `cut`: models whose text was cut at the token limit. */
  | { readonly kind: "answered"; readonly cut: readonly string[] }
  | { readonly kind: "error"; readonly of: WorkerJob; readonly text: string };

/** Worker job in which an error occurred. */
export type WorkerJob = "sweep" | "gradients" | "adapters" | "answers" | "forget";
