/** Messages between the page and its worker. */
import type { Results, TrialResult } from "@lorank/evidence/results";
import type { ReportedSoFar } from "@lorank/report";
import type { TrialEvent } from "@lorank/train/browser";
import type { Device, PlaygroundSettings } from "./settings.ts";

/** The folder of the origin's private file system that holds all that outlasts a visit. */
export const KEPT_FOLDER = "lorank-playground";

/** `kept`: the file that an earlier visit left in this browser. */
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

/** Copies of chosen files in this browser. They are stored by their place in the list, for not every name is allowed there. */
export interface KeptFiles {
  /** Folder of the private file system. Each copy has a new one, so that a copy that fails replaces nothing. */
  readonly folder: string;
  readonly files: readonly KeptFile[];
}

export interface KeptFile {
  readonly name: string;
  readonly bytes: number;
  /** SHA-256 of the SHA-256 digests of its pieces, in hexadecimal digits. */
  readonly digest: string;
}

/** A comparison as this browser stores it, beside its trials. */
export interface Saved {
  readonly asked: PlaygroundSettings;
  /** Absent: the e-mails. */
  readonly dataName?: string | undefined;
  readonly dataFiles?: KeptFiles | undefined;
  /** Absent: the starter. */
  readonly modelName?: string | undefined;
  readonly modelFiles?: KeptFiles | undefined;
  /** Decides what the next visit does: go on, wait for a person, or show what is there. */
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
  /** Results before the first trial is done. */
  readonly empty: ReportedSoFar;
  readonly trials: readonly PlannedTrial[];
  /** Rows of the data, and how many of them the comparison has. */
  readonly rows: { readonly used: number; readonly all: number };
  /** The device and the reason for it, in a sentence; absent where there was no choice. */
  readonly device?: string | undefined;
  /** Sentences on what was inferred, cut or left out. */
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

/** Most tokens of an answer. */
export const ANSWER_TOKENS = 128;

/** A model that answers: the untouched base, or an adapter on it. */
export interface Answerer {
  /** Absent: the untouched base. */
  readonly trialId?: string | undefined;
  readonly name: string;
}

/** A comparison's time before it starts, in seconds. */
export interface TimeEstimate {
  readonly low: number;
  readonly high: number;
  /** From runs of this browser, and not from the processor's speed. */
  readonly isMeasured: boolean;
  /** Rows, lengths or the device may take less. */
  readonly isMost: boolean;
}

/** A file that the page hands out. */
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
      /** Started before the page knew what this browser holds: a comparison that turns up then is not replaced. */
      readonly isBlind: boolean;
    }
  | { readonly kind: "pause"; readonly byPerson: boolean }
  | { readonly kind: "resume" }
  | { readonly kind: "stop" }
  | { readonly kind: "forget" }
  /** The adapters of these trials as one zip file. */
  | { readonly kind: "adapters"; readonly name: string; readonly trialIds: readonly string[] }
  /** The columns of a file, to choose from. `pick` tells its answer from those to earlier files. */
  | { readonly kind: "columns"; readonly pick: number; readonly file: File }
  /** The time that a comparison would take. `ask` tells its answer from those to earlier contents of the form. */
  | {
      readonly kind: "estimate";
      readonly ask: number;
      readonly settings: PlaygroundSettings;
      readonly hasFile: boolean;
      readonly model: ModelChoice;
      /** It will run with several threads. */
      readonly isThreaded: boolean;
    }
  | { readonly kind: "answer"; readonly prompt: string; readonly answerers: readonly Answerer[] }
  | { readonly kind: "check-gradients"; readonly device: Device };

export type FromWorker =
  /** Busy: another tab has the comparison. `goesOn`: it runs on by itself. */
  | {
      readonly kind: "opened";
      readonly busy: boolean;
      readonly saved?: Saved | undefined;
      readonly goesOn: boolean;
    }
  /** Settings, data and model are stored: a reload loses nothing. */
  | { readonly kind: "stored"; readonly saved: Saved }
  /** Nothing was started, for the reason `text`. `goesOn`: the comparison of an earlier visit or another tab runs here. */
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
  /** Empty for a file that cannot be read: its error is shown when it is started with. */
  | { readonly kind: "columns"; readonly pick: number; readonly names: readonly string[] }
  /** No estimate for a model whose shape is not known yet. */
  | { readonly kind: "estimate"; readonly ask: number; readonly estimate?: TimeEstimate | undefined }
  /** The next piece of an answer's text. */
  | { readonly kind: "answering"; readonly name: string; readonly text: string }
  /** The end of the answers, complete or stopped. `cut`: names of those that reached the most tokens. */
  | { readonly kind: "answered"; readonly cut: readonly string[] }
  | { readonly kind: "error"; readonly of: WorkerJob; readonly text: string };

/** The work of the worker that an error ends. */
export type WorkerJob = "sweep" | "gradients" | "adapters" | "answers" | "forget";
