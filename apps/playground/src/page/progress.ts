import { scoresOf, type TrialResult } from "@lorank/evidence/results";
import type { LiveState, LiveTrial, ReportedSoFar } from "@lorank/report";
import { TimeLeft } from "@lorank/sweep/browser";
import type { TrialEvent } from "@lorank/train/browser";
import type { Planned, PlannedTrial } from "../protocol.ts";

interface Running {
  readonly trialId: string;
  readonly startedAt: number;
  step?: number;
  steps?: number;
  resumedFrom?: number;
  evaluating?: { readonly done: number; readonly total: number };
  readonly losses: (readonly [step: number, loss: number])[];
  readonly points: NonNullable<LiveTrial["points"]>[number][];
}

/** Progress of a comparison, for the page to show. The clock stands still while nothing runs. */
export class Progress {
  readonly planned: Planned;
  readonly #results = new Map<string, TrialResult>();
  #soFar: ReportedSoFar;
  readonly #timeLeft: TimeLeft;
  readonly #clock: () => number;
  #stoodAt: number | undefined;
  #stood = 0;
  #running: Running | undefined;

  constructor(
    planned: Planned,
    results: readonly TrialResult[],
    clock: () => number = () => performance.now() / 1000,
  ) {
    this.planned = planned;
    this.#soFar = planned.empty;
    this.#clock = clock;
    this.#timeLeft = new TimeLeft(1, () => this.#now());
    for (const result of results) this.finished(result);
  }

  get done(): number {
    return this.#results.size;
  }

  pause(): void {
    this.#stoodAt ??= this.#clock();
  }

  resume(): void {
    if (this.#stoodAt !== undefined) this.#stood += this.#clock() - this.#stoodAt;
    this.#stoodAt = undefined;
  }

  started(trialId: string): void {
    this.#timeLeft.started(trialId, this.#trial(trialId).rank);
    this.#running = { trialId, startedAt: this.#now(), losses: [], points: [] };
  }

  progressed(trialId: string, event: TrialEvent): void {
    this.#timeLeft.progressed(trialId, event);
    const running = this.#running;
    if (running?.trialId !== trialId) return;
    if (event.kind === "step") {
      running.step = event.step;
      running.steps = event.steps;
      running.losses.push([event.step, event.loss]);
    } else if (event.kind === "point") {
      const { step, accuracy, logLoss } = event;
      running.points.push({ step, accuracy, logLoss });
    } else if (event.kind === "resumed") running.resumedFrom = event.step;
    else if (event.kind === "evaluating") running.evaluating = { done: event.done, total: event.total };
  }

  finished(result: TrialResult): void {
    const { trialId, spec, measured } = result;
    this.#results.set(trialId, result);
    this.#soFar = { ...this.#soFar, trials: [...this.#results.values()] };
    this.#timeLeft.finished(trialId, spec.lora.rank, measured?.seconds.total ?? 0);
    if (this.#running?.trialId === trialId) this.#running = undefined;
  }

  live(): LiveState {
    const { trials, empty } = this.planned;
    const waiting = trials.filter(
      ({ trialId }) => !this.#results.has(trialId) && trialId !== this.#running?.trialId,
    );
    const secondsLeft = this.#timeLeft.estimate(waiting.map(({ rank }) => rank));
    return {
      name: empty.sweep.name,
      phase: this.#stoodAt === undefined ? "running" : "paused",
      results: this.#soFar,
      trials: trials.map((trial) => this.#live(trial)),
      done: this.#results.size,
      total: trials.length,
      secondsSpent: this.#spent(),
      ...(secondsLeft === undefined ? {} : { secondsLeft }),
      stoppable: [],
      problems: [],
    };
  }

  #now(): number {
    return (this.#stoodAt ?? this.#clock()) - this.#stood;
  }

  #spent(): number {
    let spent = this.#running === undefined ? 0 : this.#now() - this.#running.startedAt;
    for (const { measured } of this.#results.values()) spent += measured?.seconds.total ?? 0;
    return spent;
  }

  #trial(id: string): PlannedTrial {
    return this.planned.trials.find(({ trialId }) => trialId === id)!;
  }

  #live({ trialId, name, rank, seed }: PlannedTrial): LiveTrial {
    const base = { name, rank, seed };
    const result = this.#results.get(trialId);
    if (result !== undefined) {
      const { status, evaluation } = result;
      return {
        ...base,
        state: "done",
        status,
        ...(evaluation && scoresOf(evaluation, this.planned.empty.sweep.metric)),
      };
    }
    if (this.#running?.trialId !== trialId) return { ...base, state: "waiting" };
    const { startedAt: _, trialId: __, ...running } = this.#running;
    return { ...base, ...running, state: "running" };
  }
}
