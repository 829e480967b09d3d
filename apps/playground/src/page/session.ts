import type { Results } from "@lorank/evidence/results";
import { liveParts } from "@lorank/report";
import { putParts } from "@lorank/report/page";
import type {
  Answerer,
  DataChoice,
  FromWorker,
  GradientCheck,
  ModelChoice,
  OutFile,
  Planned,
  Saved,
  TimeEstimate,
  ToWorker,
} from "../protocol.ts";
import type { Device, PlaygroundSettings } from "../settings.ts";
import type { FormValues } from "./form-values.ts";
import { hasVisited, keepOffline, reloadForThreads, startWorker, willHaveThreads } from "./offline.ts";
import { Progress } from "./progress.ts";

/** Answers to one prompt so far. */
export interface PromptAnswers {
  /** Answer texts so far, by model (base or adapter), in order. */
  readonly texts: ReadonlyMap<string, string>;
  readonly isRunning: boolean;
  /** Names of models whose answer was cut at the token limit. */
  readonly cut: readonly string[];
  readonly error?: string | undefined;
}

type Question = Extract<ToWorker, { kind: "estimate" }>;

export interface PageState {
  readonly phase: "opening" | "busy" | "form" | "preparing" | "running" | "done";
  /** Reason for a pause: a person, or a hidden tab. Absent while not paused. */
  readonly paused?: "person" | "hidden" | undefined;
  readonly runsHidden: boolean;
  readonly preparing?: string | undefined;
  readonly saved?: Saved | undefined;
  /** Form contents of the comparison being started, shown again if storing it fails. */
  readonly values?: FormValues | undefined;
  readonly progress?: Progress | undefined;
  readonly results?: Results | undefined;
  readonly error?: string | undefined;
  /** Counts of rows: in the data, and in the comparison. */
  readonly rows?: Planned["rows"] | undefined;
  readonly columns?: readonly string[] | undefined;
  readonly estimate?: TimeEstimate | undefined;
  readonly answers?: PromptAnswers | undefined;
  readonly gradients?: GradientCheck | "running" | { readonly error: string } | undefined;
  /** True if the page's files are cached for use offline; undefined while they are being loaded. */
  readonly offline?: boolean | undefined;
  /** Last announcement for screen readers. */
  readonly announcement: string;
}

/** Page side of a comparison: sends orders to the worker, and turns its messages into page state. */
export class Session {
  #state: PageState = { phase: "opening", runsHidden: false, announcement: "" };
  readonly #onChange: (state: PageState) => void;
  readonly #onFile: (file: OutFile) => void;
  #worker: Worker | undefined;
  readonly #unsent: ToWorker[] = [];
  /** True once the worker has reported what this browser stores. */
  #isOpened = false;
  /** Number of the last column request: other answers are stale. */
  #picks = 0;
  #asks = 0;
  /** Last estimate request from before there was a worker. */
  #unsentEstimate: Question | undefined;
  #title: string;

  constructor(onChange: (state: PageState) => void, onFile: (file: OutFile) => void) {
    this.#onChange = onChange;
    this.#onFile = onFile;
    this.#title = document.title;
    document.addEventListener("visibilitychange", () => this.#visibilityChanged());
  }

  /** Shows the form at once without an earlier visit; a started comparison then waits for the files. */
  async open(): Promise<void> {
    this.#set({ phase: (await hasVisited()) ? "opening" : "form" });
    const offline = await keepOffline();
    this.#set({ offline });
    this.#worker = startWorker();
    this.#worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => this.#hear(data));
    this.#worker.addEventListener("error", ({ message }) =>
      this.#set({
        phase: "form",
        error: `The part of this page that trains could not be started. ${message ?? ""}`,
      }),
    );
    for (const message of [{ kind: "open" } as const, ...this.#unsent.splice(0)]) this.#send(message);
    if (this.#unsentEstimate !== undefined) this.#estimate(this.#unsentEstimate);
  }

  /** Starts a comparison. `values` stay in the form until all of them are stored. */
  start(settings: PlaygroundSettings, data: DataChoice, model: ModelChoice, values: FormValues): void {
    this.#set({
      values,
      phase: "preparing",
      preparing: this.#worker === undefined ? "Loading the engine, 28 MB, once" : "Reading what was chosen",
      error: undefined,
      paused: undefined,
      announcement: "Started.",
    });
    this.#send({ kind: "start", settings, data, model, isBlind: !this.#isOpened });
  }

  pause(by: "person" | "hidden"): void {
    this.#state.progress?.pause();
    this.#send({ kind: "pause", byPerson: by === "person" });
    this.#set({
      paused: by,
      ...(by === "hidden" ? { announcement: "Paused while the tab was hidden." } : {}),
    });
    this.#show();
  }

  resume(): void {
    this.#state.progress?.resume();
    this.#send({ kind: "resume" });
    this.#set({ paused: undefined, announcement: "Goes on." });
    this.#show();
  }

  /** Stops the comparison and returns to the form; results stay in this browser. */
  stop(): void {
    this.#send({ kind: "stop" });
    if (this.#state.phase === "done") this.#set({ ...idle, phase: "form" });
    document.title = this.#title;
  }

  forget(): void {
    this.#send({ kind: "forget" });
  }

  runHidden(runsHidden: boolean): void {
    this.#set({ runsHidden });
  }

  checkGradients(device: Device): void {
    this.#set({ gradients: "running", announcement: "Checking the gradients." });
    this.#send({ kind: "check-gradients", device });
  }

  readColumns(file: File): void {
    this.#set({ columns: undefined });
    this.#picks++;
    this.#send({ kind: "columns", pick: this.#picks, file });
  }

  estimate(question: Pick<Question, "settings" | "hasFile" | "model">): void {
    this.#asks++;
    this.#estimate({ kind: "estimate", ask: this.#asks, ...question, isThreaded: false });
  }

  /** Requests an estimate once there is a worker, and with it the thread count. */
  #estimate(question: Question): void {
    if (this.#worker === undefined) this.#unsentEstimate = question;
    else this.#send({ ...question, isThreaded: willHaveThreads() });
  }

  answer(prompt: string, answerers: readonly Answerer[]): void {
    this.#set({
      answers: { texts: new Map(), isRunning: true, cut: [] },
      announcement: "Answering.",
    });
    this.#send({ kind: "answer", prompt, answerers });
  }

  stopAnswering(): void {
    this.#send({ kind: "stop" });
  }

  takeAdapters(name: string, trialIds: readonly string[]): void {
    this.#send({ kind: "adapters", name, trialIds });
  }

  #send(message: ToWorker): void {
    if (this.#worker === undefined) this.#unsent.push(message);
    else this.#worker.postMessage(message);
  }

  #set(change: Partial<PageState>): void {
    this.#state = { ...this.#state, ...change };
    this.#onChange(this.#state);
  }

  /** Puts the running sweep's parts in place. */
  #show(): void {
    const { progress } = this.#state;
    if (progress !== undefined) putParts(liveParts(progress.live()));
  }

  #visibilityChanged(): void {
    const { phase, paused, runsHidden } = this.#state;
    const isAtWork = phase === "running" || phase === "preparing";
    if (document.hidden && isAtWork && paused === undefined && !runsHidden) this.pause("hidden");
    if (!document.hidden && isAtWork && paused === "hidden") this.resume();
  }

  #hear(message: FromWorker): void {
    const { progress, paused, runsHidden } = this.#state;
    if (message.kind === "opened") this.#isOpened = true;
    // A comparison goes on after a reload, but a pause would be lost.
    if (message.kind === "stored" && paused === undefined && !runsHidden) reloadForThreads();
    if (message.kind === "started") progress?.started(message.trialId);
    if (message.kind === "progress") progress?.progressed(message.trialId, message.event);
    if (message.kind === "finished") progress?.finished(message.result);
    if (message.kind === "adapters") this.#onFile(message.file);
    const change = this.#changeBy(message);
    if (change !== undefined) this.#set(change);
    if (change?.phase === "form") document.title = this.#title;
    this.#show();
  }

  #answersEnd(end: Partial<PromptAnswers>): Partial<PageState> | undefined {
    const { answers } = this.#state;
    if (answers === undefined) return undefined;
    return { answers: { ...answers, ...end, isRunning: false }, announcement: "All answers are there." };
  }

  #changeBy(message: FromWorker): Partial<PageState> | undefined {
    switch (message.kind) {
      case "opened":
        return this.#state.phase === "preparing" && !message.busy && !message.goesOn
          ? { saved: message.saved }
          : openedState(message);
      case "stored":
        return { saved: message.saved, values: undefined };
      case "refused":
        return message.goesOn ? { error: message.text } : { ...idle, phase: "form", error: message.text };
      case "preparing":
        return { phase: "preparing", preparing: message.text };
      case "prepared": {
        const progress = new Progress(message.planned, message.results);
        if (this.#state.paused !== undefined) progress.pause();
        return { phase: "running", progress, rows: message.planned.rows };
      }
      case "progress":
        return message.event.kind === "note" ? { announcement: message.event.text } : undefined;
      case "finished": {
        const { status, spec } = message.result;
        const name = `Rank ${spec.lora.rank}, seed ${spec.seed}`;
        return { announcement: `${name} is ${status === "completed" ? "done" : status}.` };
      }
      case "done":
        return {
          ...idle,
          phase: "done",
          results: message.results,
          announcement: "All runs are there: this is the verdict.",
        };
      case "paused":
        return { announcement: "Paused." };
      case "stopped":
        return { ...idle, phase: "form", announcement: "Stopped. What is done is kept." };
      case "forgotten":
        return {
          ...idle,
          phase: "form",
          saved: undefined,
          values: undefined,
          error: undefined,
          announcement: "Nothing is kept in this browser any more.",
        };
      case "gradients":
        return { gradients: message.check, announcement: "The gradients have been checked." };
      case "columns":
        return message.pick === this.#picks ? { columns: message.names } : undefined;
      case "estimate":
        return message.ask === this.#asks ? { estimate: message.estimate } : undefined;
      case "answering": {
        const { answers } = this.#state;
        if (answers === undefined) return undefined; // the answer belongs to a comparison since left
        const text = (answers.texts.get(message.name) ?? "") + message.text;
        return { answers: { ...answers, texts: new Map([...answers.texts, [message.name, text]]) } };
      }
      case "answered":
        return this.#answersEnd({ cut: message.cut });
      case "error":
        if (message.of === "gradients") return { gradients: { error: message.text } };
        if (message.of === "answers") return this.#answersEnd({ error: message.text });
        if (message.of === "forget")
          return { error: `Not all that is kept here could be removed. ${message.text}` };
        return message.of === "adapters"
          ? { error: message.text }
          : { ...idle, phase: "form", error: message.text };
      default:
        return undefined;
    }
  }
}

/** Page state members without a running comparison. */
const idle = {
  progress: undefined,
  results: undefined,
  paused: undefined,
  preparing: undefined,
  answers: undefined,
} as const;

function openedState({ busy, saved, goesOn }: Extract<FromWorker, { kind: "opened" }>): Partial<PageState> {
  if (busy) return { phase: "busy" };
  return {
    phase: goesOn ? "preparing" : "form",
    saved,
    ...(goesOn && saved?.state !== "done" ? { preparing: "Going on where the page was" } : {}),
    ...(saved?.state === "paused" ? { paused: "person" } : {}),
  };
}
