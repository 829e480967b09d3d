import { existsSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { isInputError } from "@lorank/core";
import { type LiveParts, type LiveState, liveParts, renderReport } from "@lorank/report";
import { resultsSoFar } from "@lorank/sweep";
import { RunningCurves, SweepStore, sweepStatus } from "@lorank/sweep/folder";
import type { Queues } from "../../executors/queues.ts";
import { sweepReported } from "../report/report.ts";
import { liveState, preparingState } from "./live-state.ts";

export type View =
  | { readonly kind: "live"; readonly state: LiveState; readonly parts: LiveParts }
  | { readonly kind: "report"; readonly html: string };

/**
 * Interval between full looks: a remote process counts as lost by time alone, and network folders show changes late.
 */
const msBetweenWholeLooks = 10_000;

const noQueues: Queues = { jobs: [], problems: [] };

export class SweepLook {
  readonly #out: string;
  readonly #known = new Map();
  readonly #queues: (now: number) => Queues;
  #store: SweepStore;
  #curves: RunningCurves;
  #last:
    | { readonly view: View; readonly stamps: string; readonly queues: Queues; readonly at: number }
    | undefined;

  /** @param queues latest scheduler answers, the same object until they change. (default: none) */
  constructor(out: string, queues: (now: number) => Queues = () => noQueues) {
    this.#out = out;
    this.#queues = queues;
    this.#store = new SweepStore(out, { readOnly: true });
    this.#curves = new RunningCurves(this.#store);
  }

  /** View of the sweep for the page; the same object if nothing changed, which costs a few `stat` calls. */
  view(now: number = Date.now()): View {
    const stamps = this.#stamps();
    const last = this.#last;
    const isOld = last?.view.kind === "live" && now - last.at >= msBetweenWholeLooks;
    const queues = last?.view.kind === "report" ? last.queues : this.#queues(now);
    if (last?.stamps === stamps && last.queues === queues && !isOld) return last.view;
    const view = this.#look(now, queues);
    this.#last = { view, stamps, queues, at: now };
    return view;
  }

  #stamps(): string {
    const files = ["sweep.json", "settings.json", "cancel.json", "results.json", "results", "attempts"];
    const stamps = [...files.map((name) => join(this.#out, name)), ...this.#curves.files()].map((file) => {
      const { mtimeMs, size } = statSync(file, { throwIfNoEntry: false }) ?? {};
      return `${mtimeMs} ${size}`;
    });
    // The lock's time changes while the sweep runs, so only its presence counts.
    return [...stamps, existsSync(join(this.#out, "sweep.lock"))].join();
  }

  #look(now: number, queues: Queues): View {
    const out = this.#out;
    const status = this.#status(now);
    if (status === undefined || status.isSearching)
      return live(preparingState(basename(resolve(out)), queues));
    if (status.isComplete) {
      const { reported, ...toUse } = sweepReported(out, {});
      return { kind: "report", html: renderReport(reported, toUse) };
    }
    const results = resultsSoFar(this.#store);
    const curves = this.#curves.of(status.trials);
    return live(liveState({ out, status, results, curves, queues }));
  }

  /** Status of the sweep; undefined before the folder has one. */
  #status(now: number): ReturnType<typeof sweepStatus> | undefined {
    try {
      return sweepStatus(this.#out, now, this.#known, this.#store);
    } catch (error) {
      if (isInputError(error) && error.code === "E_NO_SWEEP") return undefined;
      throw error;
    }
  }
}

function live(state: LiveState): View {
  return { kind: "live", state, parts: liveParts(state) };
}
