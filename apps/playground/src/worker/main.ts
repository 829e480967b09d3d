/** Playground worker: trains, and stores all that outlasts a visit. */
import { tableColumns } from "@lorank/tables";
import type { FromWorker, Saved, ToWorker, WorkerJob } from "../protocol.ts";
import { zipAdapters } from "./adapter-files.ts";
import { answerPrompt } from "./answers.ts";
import { runComparison } from "./comparison.ts";
import { failureText, Stopped } from "./failure.ts";
import { Gate } from "./gate.ts";
import { checkGradients } from "./gradients.ts";
import { keepInputs, wholeInputs } from "./inputs.ts";
import { secondsPerPlainFlop } from "./processor-speed.ts";
import { assertSupported, Store } from "./store.ts";
import { estimateTime } from "./time-estimate.ts";

const LOCK = "lorank-playground";
/** Lock wait in milliseconds: a reloaded page releases the lock a little late. */
const LOCK_WAIT_MS = 2000;

/**
 * Outcome of opening the store. `busy`: another tab has the lock. `goes on`: a saved comparison runs or waits. `free`:
 * there is none.
 */
type Opening = "busy" | "goes on" | "free";

const BUSY =
  "This playground is open in another tab, which has the data and the adapters. Close that tab, reload this one and start again.";
const TAKEN =
  "Another tab has started a comparison meanwhile, which goes on here. Nothing was started; stop that one first to start another.";

const gate = new Gate();
/** Settles when the last start's inputs are saved, or it failed. */
let storing: Promise<void> = Promise.resolve();
/** True if a person paused the present or next run. */
let isPaused = false;
let store: Store | undefined;
let saved: Saved | undefined;
let opened: Promise<Opening | undefined> = Promise.resolve(undefined);
/** True while the next comparison's files are being copied: the saved comparison stays. */
let isCopying = false;
/** Comparison that runs, or ran last. */
let running: Promise<void> = Promise.resolve();

function say(message: FromWorker, transfer: Transferable[] = []): void {
  postMessage(message, { transfer });
}

function lockIsOurs(): Promise<boolean> {
  return new Promise((resolve) => {
    navigator.locks
      .request(LOCK, { signal: AbortSignal.timeout(LOCK_WAIT_MS) }, () => {
        resolve(true);
        return new Promise(() => {});
      })
      .catch(() => resolve(false));
  });
}

async function open(): Promise<Opening> {
  assertSupported();
  if (!(await lockIsOurs())) {
    say({ kind: "opened", busy: true, goesOn: false });
    return "busy";
  }
  store = await Store.open();
  const before = await store.saved();
  const whole = before && (await wholeInputs(store, before));
  saved = whole?.saved;
  await store.keepOnlyInputs(saved ?? {});
  const goesOn = saved !== undefined && saved.state !== "stopped";
  if (saved?.state === "paused") gate.pause();
  say({ kind: "opened", busy: false, saved, goesOn });
  if (whole?.problem !== undefined) say({ kind: "refused", text: whole.problem, goesOn });
  if (goesOn) run();
  return goesOn ? "goes on" : "free";
}

function run(): void {
  running = runComparison(store!, saved!, gate, say).catch(async (error: unknown) => {
    await keepState("stopped");
    if (error instanceof Stopped) say({ kind: "stopped" });
    else say({ kind: "error", of: "sweep", text: failureText(error) });
  });
}

/** Starts a comparison. Refuses if another tab has the lock, or a comparison unknown to this page exists. */
async function start({
  settings,
  data,
  model,
  isBlind,
}: Extract<ToWorker, { kind: "start" }>): Promise<void> {
  isPaused = false;
  gate.resume();
  const opening = await opened;
  if (opening === "busy") return say({ kind: "refused", text: BUSY, goesOn: false });
  if (opening === "goes on" && isBlind) return say({ kind: "refused", text: TAKEN, goesOn: true });
  await running;
  assertSupported();
  store ??= await Store.open();
  gate.reset();
  isCopying = true;
  try {
    const inputs = await keepInputs(store, data, model, saved, (text) => say({ kind: "preparing", text }));
    const next: Saved = { asked: settings, ...inputs, state: isPaused ? "paused" : "running" };
    await store.save(next);
    saved = next;
  } finally {
    isCopying = false;
    await store.keepOnlyInputs(saved ?? {}).catch(() => {}); // on failure, the next visit removes the copies
  }
  say({ kind: "stored", saved });
  run();
}

/** Reports a pause once saved. A page left earlier may lose inputs still being copied. */
async function keepPause(): Promise<void> {
  await storing;
  await keepState("paused");
  say({ kind: "paused" });
}

async function keepState(state: Saved["state"]): Promise<void> {
  if (saved === undefined || isCopying) return;
  saved = { ...saved, state };
  await store!.save(saved);
}

async function forget(): Promise<void> {
  gate.stop(new Stopped());
  await running;
  await store?.forget();
  saved = undefined;
  say({ kind: "forgotten" });
}

function columnsOf(file: File): Promise<string[]> {
  const read = async (start: number, end: number) =>
    new Uint8Array(await file.slice(start, end).arrayBuffer());
  return tableColumns(file.name, file.size, read).catch(() => []);
}

/** CPU speed, in seconds per operation, measured when first needed. */
let plainFlop: number | undefined;

async function estimate({ ask, ...question }: Extract<ToWorker, { kind: "estimate" }>): Promise<void> {
  await opened;
  await running;
  const found = await estimateTime(question, { store, saved }, () => {
    plainFlop ??= secondsPerPlainFlop(() => performance.now());
    return plainFlop;
  }).catch(() => undefined); // an unreadable model's error is shown at the start
  say({ kind: "estimate", ask, estimate: found });
}

/** Answers one prompt at a time, and none while a comparison runs. */
async function answer(message: Extract<ToWorker, { kind: "answer" }>): Promise<void> {
  await running;
  gate.reset();
  running = reporting("answers", async () => answerPrompt(store!, saved!, message, gate, say));
}

/** Does `work`, and reports an error to the page as the job's. */
async function reporting<Result>(of: WorkerJob, work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    say({ kind: "error", of, text: failureText(error) });
    return undefined;
  }
}

addEventListener("message", ({ data: message }: MessageEvent<ToWorker>) => {
  switch (message.kind) {
    case "open":
      opened = reporting("sweep", open);
      return;
    case "start":
      storing = reporting("sweep", () => start(message));
      return;
    case "pause":
      isPaused = message.byPerson;
      gate.pause();
      // A hidden tab that is closed goes on when opened again.
      return message.byPerson ? void keepPause() : undefined;
    case "resume":
      isPaused = false;
      gate.resume();
      return void storing.then(() => keepState("running"));
    case "stop":
      return gate.stop(new Stopped());
    case "forget":
      return void reporting("forget", forget);
    case "adapters":
      return void reporting("adapters", async () => {
        const file = await zipAdapters(store!, message.name, message.trialIds);
        say({ kind: "adapters", file }, [file.bytes.buffer]);
      });
    case "columns":
      return void columnsOf(message.file).then((names) =>
        say({ kind: "columns", pick: message.pick, names }),
      );
    case "estimate":
      return void estimate(message);
    case "answer":
      return void answer(message);
    case "check-gradients":
      return void reporting("gradients", async () =>
        say({ kind: "gradients", check: await checkGradients(message.device) }),
      );
  }
});
