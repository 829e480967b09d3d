import type { TestRun, TrialResult, TrialSpec } from "@lorank/core";
import type { FailedEvaluation } from "../evaluations/run-evaluations.ts";
import type { ExecutorEvent } from "../local-executor.ts";
import { trialId } from "../plan/trial-id.ts";
import type { WantedTruncation } from "../stages/truncations.ts";
import type { SweepStore } from "../store/store.ts";
import type { SweepEvent, SweepProgress } from "./events.ts";
import { TimeLeft } from "./time-left.ts";

/** Turns what the executor says about trial ids into what a person wants to know about a sweep. */
export class SweepTeller {
  readonly #store: SweepStore;
  readonly #specs: Map<string, TrialSpec>;
  readonly #onEvent: (event: SweepEvent) => void;
  readonly #timeLeft: TimeLeft;
  #waiting = new Set<string>();
  #done = 0;
  #total = 0;

  constructor(
    store: SweepStore,
    specs: readonly TrialSpec[],
    trialsAtOnce: number,
    onEvent: (event: SweepEvent) => void = () => {},
  ) {
    this.#store = store;
    this.#specs = new Map(specs.map((spec) => [trialId(spec), spec]));
    this.#onEvent = onEvent;
    this.#timeLeft = new TimeLeft(trialsAtOnce);
    for (const [id, spec] of this.#specs)
      if (store.isDone(id)) this.#timeLeft.finished(id, spec.lora.rank, clockSeconds(store.readResult(id)));
    this.expect(specs, specs.length);
  }

  /** `wanted` are the trials that are known to be run, of `total` that are expected in the end. (default: all specs) */
  expect(wanted: readonly TrialSpec[], total: number): void {
    for (const spec of wanted) this.#specs.set(trialId(spec), spec);
    const ids = wanted.map(trialId);
    this.#waiting = new Set(ids.filter((id) => !this.#store.isDone(id)));
    this.#done = ids.length - this.#waiting.size;
    this.#total = Math.max(total, ids.length);
  }

  tell(event: ExecutorEvent): void {
    const { trialId: id } = event;
    const spec = this.#specs.get(id)!;
    const { rank } = spec.lora;
    switch (event.kind) {
      case "started":
        this.#waiting.delete(id);
        this.#timeLeft.started(id, rank);
        this.#onEvent({ ...this.#progress(id, spec), kind: "trial-started", attempt: event.attempt });
        break;
      case "progress":
        this.#timeLeft.progressed(id, event.event);
        this.#onEvent({ ...this.#progress(id, spec), kind: "trial-progress", event: event.event });
        break;
      case "finished": {
        const result = this.#store.readResult(id);
        const { status, evaluation } = result;
        const seconds = result.measured.seconds.total;
        this.#done++;
        this.#timeLeft.finished(id, rank, clockSeconds(result));
        const figures = evaluation && { accuracy: evaluation.accuracy, logLoss: evaluation.logLoss };
        this.#onEvent({ ...this.#progress(id, spec), kind: "trial-finished", status, seconds, ...figures });
        break;
      }
      case "retried": {
        const { attempt, reason } = event;
        this.#timeLeft.stopped(id);
        this.#waiting.add(id);
        this.#onEvent({ ...this.#progress(id, spec), kind: "trial-retried", attempt, reason });
        break;
      }
      case "failed":
        this.#timeLeft.stopped(id);
        this.#onEvent({ ...this.#progress(id, spec), kind: "trial-failed", message: event.message });
        break;
    }
  }

  /** A trial's adapter was cut to lower ranks, and each evaluated. */
  truncated({ trialId, ranks }: WantedTruncation): void {
    const truncations = ranks.map((rank) => {
      const { evaluation } = this.#store.readTruncation(trialId, rank);
      return { rank, accuracy: evaluation.accuracy };
    });
    const progress = this.#progress(trialId, this.#specs.get(trialId)!);
    this.#onEvent({ ...progress, kind: "truncations-evaluated", truncations });
  }

  /** A trial's adapter was scored on the test examples. */
  scored({ trialId, evaluation: { accuracy, logLoss } }: TestRun): void {
    const progress = this.#progress(trialId, this.#specs.get(trialId)!);
    this.#onEvent({ ...progress, kind: "test-scored", accuracy, logLoss });
  }

  /** A trial that has its result is lost to the sweep all the same, since what was to be made of it failed. */
  evaluationFailed({ trialId, message }: FailedEvaluation): void {
    this.#onEvent({ ...this.#progress(trialId, this.#specs.get(trialId)!), kind: "trial-failed", message });
  }

  #progress(trialId: string, spec: TrialSpec): SweepProgress {
    const seconds = this.#timeLeft.estimate([...this.#waiting].map((id) => this.#specs.get(id)!.lora.rank));
    return {
      trialId,
      rank: spec.lora.rank,
      seed: spec.seed,
      done: this.#done,
      total: this.#total,
      ...(seconds === undefined ? {} : { secondsEstimateLeft: seconds }),
    };
  }
}

/** How long a trial took by the clock: one of a pack as long as the pack. */
function clockSeconds({ measured }: TrialResult): number {
  return measured.seconds.total * (measured.packedTrials ?? 1);
}
