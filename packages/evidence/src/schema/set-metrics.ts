import type { Interval } from "./scalar-types.ts";

/** Metrics of all examples together: an example's value depends on the others. Less of a log loss is better. */
export type SetMetricName = "f1" | "macro-f1" | "mcc" | "auroc" | "task-mean" | "task-log-loss";

/** Means over the tasks of a suite, by the metric that is averaged. */
export const taskMetrics = { accuracy: "task-mean", "log-loss": "task-log-loss" } as const;

/** Members of a metric of all examples together, which a mean over examples lacks. */
export interface SetMetric {
  /** Columns that rows of outcomes must have, beside `correct`. */
  readonly needs: readonly ["label", "correct" | "logLoss" | "prediction" | "positiveScore"];
  /** Metric of each task, for a mean over tasks, which a reader of a suite chooses: labels are then tasks. */
  readonly ofTasks?: keyof typeof taskMetrics;
  /** Metric of two classes, one of which is the positive one. */
  readonly isOfTwoClasses: boolean;
  /** Largest change of the metric by one example among n, times n; from the share of the rarest class. 0: no limit. */
  readonly reachOf: (share: number, classes: number) => number;
}

interface SetMetricRow extends SetMetric {
  /** Noun in a sentence and, capitalised, in a heading. */
  readonly noun: string;
  readonly title: string;
  readonly range: Interval;
}

const needsPredictions = ["label", "prediction"] as const;

/** Metrics of all examples together, by name; a new one is a row here. */
export const setMetrics: Readonly<Record<SetMetricName, SetMetricRow>> = {
  f1: {
    ...{ noun: "F1", title: "F1", range: [0, 1] },
    needs: needsPredictions,
    isOfTwoClasses: true,
    reachOf: (share) => 1 / share,
  },
  "macro-f1": {
    ...{ noun: "macro F1", title: "Macro F1", range: [0, 1] },
    needs: needsPredictions,
    isOfTwoClasses: false,
    reachOf: (share, classes) => 1 / (share * classes),
  },
  mcc: {
    noun: "Matthews correlation",
    title: "Matthews correlation",
    range: [-1, 1],
    needs: needsPredictions,
    isOfTwoClasses: false,
    reachOf: (share) => 1 / share,
  },
  auroc: {
    ...{ noun: "AUROC", title: "AUROC", range: [0, 1] },
    needs: ["label", "positiveScore"],
    isOfTwoClasses: true,
    reachOf: (share) => 1 / share,
  },
  "task-mean": {
    ...{ noun: "mean accuracy over tasks", title: "Mean accuracy over tasks", range: [0, 1] },
    needs: ["label", "correct"],
    ofTasks: "accuracy",
    isOfTwoClasses: false,
    reachOf: (share, tasks) => 1 / (share * tasks),
  },
  "task-log-loss": {
    noun: "mean log loss over tasks",
    title: "Mean log loss over tasks",
    range: [0, Number.POSITIVE_INFINITY],
    needs: ["label", "logLoss"],
    ofTasks: "log-loss",
    isOfTwoClasses: false,
    reachOf: () => 0,
  },
};
