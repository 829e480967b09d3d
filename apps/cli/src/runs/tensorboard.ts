import type { TrialResult, TrialSpec } from "@lorank/core/results";
import { trialName } from "@lorank/sweep";
import {
  type Bytes,
  double,
  eventFile,
  message,
  nested,
  type PluginValue,
  type Scalar,
  varint,
} from "./event-file.ts";

/** A file of a folder that TensorBoard reads; `path` has slashes. */
export interface RunFile {
  readonly path: string;
  readonly bytes: Bytes;
}

const metrics = ["validation/accuracy", "validation/log_loss", "train/loss"] as const;

/** An event file for each trial, in a folder of its name, and one that says which hyperparameters they have. */
export function tensorboardFiles(trials: readonly TrialResult[]): RunFile[] {
  return [
    { path: fileName(0), bytes: eventFile(0, [experiment(trials)], []) },
    ...trials.map((trial) => {
      const { startedAt, finishedAt } = timesOf(trial);
      const path = `${trialName(trial.spec)}/${fileName(finishedAt)}`;
      return { path, bytes: eventFile(startedAt, sessionOf(trial), scalarsOf(trial)) };
    }),
  ];
}

/** Told by its time, which a finished trial keeps: the same runs are the same files. */
function fileName(seconds: number): string {
  return `events.out.tfevents.${String(Math.floor(seconds)).padStart(10, "0")}.lorank`;
}

function scalarsOf(trial: TrialResult): Scalar[] {
  const { lossCurve, evaluation } = trial;
  const { startedAt, finishedAt } = timesOf(trial);
  const last = trial.steps ?? lossCurve.at(-1)?.step ?? 0;
  const curve = lossCurve.flatMap(({ step, loss, learningRate }): Scalar[] => {
    // When each step was is not kept: they are put at even distances.
    const time = startedAt + ((finishedAt - startedAt) * step) / Math.max(1, last);
    const rate =
      learningRate === undefined ? [] : [{ tag: "train/learning_rate", step, value: learningRate, time }];
    return [{ tag: "train/loss", step, value: loss, time }, ...rate];
  });
  if (evaluation === undefined) return curve;
  const { accuracy, logLoss } = evaluation;
  const at = { step: last, time: finishedAt };
  const loss = logLoss === undefined ? [] : [{ tag: "validation/log_loss", value: logLoss, ...at }];
  return [...curve, { tag: "validation/accuracy", value: accuracy, ...at }, ...loss];
}

function timesOf({ measured }: TrialResult): { readonly startedAt: number; readonly finishedAt: number } {
  const finishedAt = Date.parse(measured.provenance.finishedAt) / 1000;
  return { finishedAt, startedAt: finishedAt - measured.seconds.total };
}

type Hyperparameters = ReadonlyMap<string, number | string>;

/** What is known of a trial's settings; of another trainer what it was told. */
function hyperparametersOf({ lora, optimizer, seed, ...spec }: TrialSpec): Hyperparameters {
  const all = {
    rank: lora.rank,
    seed,
    learning_rate: optimizer.learningRate,
    alpha: lora.alpha,
    scaling: lora.scalingRule,
    epochs: optimizer.epochs,
    ...("base" in spec && { base: spec.base.name, data: spec.data.name }),
  };
  return new Map(
    Object.entries(all).filter((entry): entry is [string, number | string] => entry[1] !== undefined),
  );
}

/** Messages of tensorboard/plugins/hparams/plugin_data.proto and api.proto. */
const version = varint(1, 0);

function experiment(trials: readonly TrialResult[]): PluginValue {
  const all = new Map(trials.flatMap(({ spec }) => [...hyperparametersOf(spec)]));
  const types = { string: 1, number: 3 } as const;
  const infos = [...all].map(([name, value]) =>
    nested(4, message(nested(1, name), varint(4, types[typeof value as "string" | "number"]))),
  );
  const metricInfos = metrics.map((tag) => nested(5, nested(1, nested(2, tag))));
  const content = message(version, nested(2, message(...infos, ...metricInfos)));
  return { tag: "_hparams_/experiment", content, time: 0 };
}

function sessionOf(trial: TrialResult): PluginValue[] {
  const { startedAt, finishedAt } = timesOf(trial);
  const values = [...hyperparametersOf(trial.spec)].map(([name, value]) =>
    nested(
      1,
      message(nested(1, name), nested(2, typeof value === "string" ? nested(3, value) : double(2, value))),
    ),
  );
  // Seeds of a rank are one group, whose mean TensorBoard shows.
  const start = message(...values, nested(4, `r${trial.spec.lora.rank}`), double(5, startedAt));
  const status = trial.status === "completed" ? 1 : 2;
  const end = message(varint(1, status), double(2, finishedAt));
  return [
    { tag: "_hparams_/session_start_info", content: message(version, nested(3, start)), time: startedAt },
    { tag: "_hparams_/session_end_info", content: message(version, nested(4, end)), time: finishedAt },
  ];
}
