import { existsSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { isInputError } from "@lorank/core";
import { type LiveParts, type LiveState, liveParts, renderReport } from "@lorank/report";
import { decisionSoFar, RunningLosses, readSweepFile, SweepStore, sweepStatus } from "@lorank/sweep";
import { sweepReported } from "../results/report-command.ts";
import { liveState, preparingState } from "./live-state.ts";

/** What is to be seen of a sweep: how it is or, once it is done, its report. */
export type View =
  | { readonly kind: "live"; readonly state: LiveState; readonly parts: LiveParts }
  | { readonly kind: "report"; readonly html: string };

/** A process elsewhere is lost by the clock alone, and a network folder may show a change late. */
const msBetweenWholeLooks = 10_000;

/** Looks at a sweep's folder again and again, and reads only what is new in it. */
export class SweepLook {
  readonly #out: string;
  readonly #known = new Map();
  #store: SweepStore;
  #losses: RunningLosses;
  #last: { readonly view: View; readonly stamps: string; readonly at: number } | undefined;

  constructor(out: string) {
    this.#out = out;
    this.#store = new SweepStore(out, { readOnly: true });
    this.#losses = new RunningLosses(this.#store);
  }

  /** The same object as before where nothing has changed; that costs a few calls of `stat`. */
  view(now: number = Date.now()): View {
    const stamps = this.#stamps();
    const last = this.#last;
    const isOld = last?.view.kind === "live" && now - last.at >= msBetweenWholeLooks;
    if (last?.stamps === stamps && !isOld) return last.view;
    const view = this.#look(now);
    this.#last = { view, stamps, at: now };
    return view;
  }

  /** What changes when anything does that is shown. */
  #stamps(): string {
    const files = ["sweep.json", "settings.json", "cancel.json", "results.json", "results", "attempts"];
    const stamps = [...files.map((name) => join(this.#out, name)), ...this.#losses.files()].map((file) => {
      const { mtimeMs, size } = statSync(file, { throwIfNoEntry: false }) ?? {};
      return `${mtimeMs} ${size}`;
    });
    // Its time is renewed as long as somebody runs the sweep.
    return [...stamps, existsSync(join(this.#out, "sweep.lock"))].join();
  }

  #look(now: number): View {
    const out = this.#out;
    const status = this.#status(now);
    if (status === undefined || status.isSearching) return live(preparingState(basename(resolve(out))));
    if (status.isComplete) {
      const { reported, ...toUse } = sweepReported(out, {});
      return { kind: "report", html: renderReport(reported, toUse) };
    }
    const decision = decisionSoFar(this.#store);
    const losses = this.#losses.of(status.trials);
    return live(liveState({ out, status, config: readSweepFile(out), losses, decision }));
  }

  /** Undefined before there is anything. */
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
