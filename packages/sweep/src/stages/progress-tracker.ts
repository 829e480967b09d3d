import type { RequiredTruncation } from "@lorank/evidence/methods";
import {
  type ArmAxis,
  armNumber,
  type Evaluation,
  type TestRun,
  type TrialSpec,
} from "@lorank/evidence/schema";
import { trialId } from "@lorank/train/spec";
import type { FailedTask, TaskEvent } from "../executor/run-tasks.ts";
import type { ProgressReporter, SweepProgress } from "../plan/events.ts";
import { TimeLeft } from "../progress/time-left.ts";
import type { SweepStore } from "../store/store.ts";

export class ProgressTracker {
  readonly #store: SweepStore;
  readonly #specs: Map<string, TrialSpec>;
  readonly #rankOf: (spec: TrialSpec) => number;
  readonly #reporter: ProgressReporter;
  readonly #timeLeft: TimeLeft;
  #waiting = new Set<string>();
  #done = 0;
  #total = 0;

  constructor(
    store: SweepStore,
    specs: readonly TrialSpec[],
    trialsAtOnce: number,
    reporter: ProgressReporter,
    axis?: ArmAxis,
  ) {
    this.#store = store;
    this.#specs = new Map(specs.map((spec) => [trialId(spec), spec]));
    this.#rankOf = (spec) => armNumber(spec, axis);
    this.#reporter = reporter;
    this.#timeLeft = new TimeLeft(trialsAtOnce);
    for (const [id, spec] of this.#specs)
      if (store.isDone(id))
        this.#timeLeft.finished(id, this.#rankOf(spec), store.readResult(id).measured.seconds.total);
    this.expect(specs, specs.length);
  }

  /** Sets the trials required so far, and the `total` expected in the end, for progress counts. (default: all specs) */
  expect(required: readonly TrialSpec[], total: number): void {
    for (const spec of required) this.#specs.set(trialId(spec), spec);
    const ids = required.map(trialId);
    this.#waiting = new Set(ids.filter((id) => !this.#store.isDone(id)));
    this.#done = ids.length - this.#waiting.size;
    this.#total = Math.max(total, ids.length);
  }

  trained(event: TaskEvent): void {
    const { trialId: id } = event;
    const rank = this.#rankOf(this.#specs.get(id)!);
    switch (event.kind) {
      case "started":
        this.#waiting.delete(id);
        this.#timeLeft.started(id, rank);
        this.#reporter.report({ ...this.#progress(id), kind: "trial-started", attempt: event.attempt });
        break;
      case "progress":
        this.#timeLeft.progressed(id, event.event);
        this.#reporter.report({ ...this.#progress(id), kind: "trial-progress", event: event.event });
        break;
      case "finished": {
        const result = this.#store.readResult(id);
        const { status, evaluation } = result;
        const seconds = result.measured.seconds.total;
        this.#done++;
        this.#waiting.delete(id); // still waiting where another process has done the trial
        this.#timeLeft.finished(id, rank, seconds);
        const figures = evaluation && figuresOf(evaluation);
        const progress = this.#progress(id);
        this.#reporter.report({ ...progress, kind: "trial-finished", status, seconds, ...figures });
        break;
      }
      case "retried": {
        const { attempt, reason } = event;
        this.#timeLeft.stopped(id);
        this.#waiting.add(id);
        this.#reporter.report({ ...this.#progress(id), kind: "trial-retried", attempt, reason });
        break;
      }
      case "failed":
        this.#timeLeft.stopped(id);
        this.failed(event);
        break;
    }
  }

  truncated({ trialId, ranks }: RequiredTruncation): void {
    const truncations = ranks.map((rank) => {
      const { evaluation } = this.#store.readTruncation(trialId, rank);
      return { rank, ...figuresOf(evaluation) };
    });
    this.#reporter.report({ ...this.#progress(trialId), kind: "truncations-evaluated", truncations });
  }

  evaluatedBase(trialId: string): void {
    this.#reporter.report({ kind: "base-evaluated", ...figuresOf(this.#store.readBase(trialId)) });
  }

  scored({ trialId, evaluation }: TestRun): void {
    this.#reporter.report({ ...this.#progress(trialId), kind: "test-scored", ...figuresOf(evaluation) });
  }

  failed({ trialId, message }: FailedTask): void {
    this.#reporter.report({ ...this.#progress(trialId), kind: "trial-failed", message });
  }

  #progress(trialId: string): SweepProgress {
    const spec = this.#specs.get(trialId)!;
    const { arm, seed } = spec;
    const seconds = this.#timeLeft.estimate(
      [...this.#waiting].map((id) => this.#rankOf(this.#specs.get(id)!)),
    );
    return {
      trialId,
      rank: this.#rankOf(spec),
      ...(arm === undefined ? {} : { arm }),
      seed,
      done: this.#done,
      total: this.#total,
      ...(seconds === undefined ? {} : { secondsEstimateLeft: seconds }),
    };
  }
}

function figuresOf({ accuracy, logLoss }: Evaluation): Pick<Evaluation, "accuracy" | "logLoss"> {
  return { accuracy, ...(logLoss === undefined ? {} : { logLoss }) };
}
