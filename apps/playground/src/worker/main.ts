/** The worker of the playground: it trains, and keeps everything that outlasts a visit. */
import { tableColumns } from "@lorank/train/browser";
import type { FromWorker, Saved, ToWorker, WorkerJob } from "../protocol.ts";
import { answerPrompt } from "./answers.ts";
import { runComparison } from "./comparison.ts";
import { failureText, Stopped } from "./failure.ts";
import { Gate } from "./gate.ts";
import { checkGradients } from "./gradients.ts";
import { keepInputs } from "./inputs.ts";
import { Store, zipAdapters } from "./store.ts";

const LOCK = "lorank-playground";
/** A page that is reloaded lets go of its lock a little after the next one asks for it. */
const LOCK_WAIT_MS = 2000;

const gate = new Gate();
/** A person paused what runs or is about to run. */
let isPaused = false;
let store: Store | undefined;
let saved: Saved | undefined;
let opened: Promise<void> = Promise.resolve();
/** The comparison that runs, or ran last. */
let running: Promise<void> = Promise.resolve();

function say(message: FromWorker, transfer: Transferable[] = []): void {
  postMessage(message, { transfer });
}

/** Settles once; the lock itself lasts as long as this worker lives. */
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

async function open(): Promise<void> {
  if (!(await lockIsOurs())) return say({ kind: "opened", busy: true, goesOn: false });
  store = await Store.open();
  saved = await store.saved().catch(() => undefined);
  const goesOn = saved !== undefined && saved.state !== "stopped";
  if (saved?.state === "paused") gate.pause();
  say({ kind: "opened", busy: false, saved, goesOn });
  if (goesOn) run();
}

function run(): void {
  running = runComparison(store!, saved!, gate, say).catch(async (error: unknown) => {
    await keepState("stopped");
    if (error instanceof Stopped) say({ kind: "stopped" });
    else say({ kind: "error", of: "sweep", text: failureText(error) });
  });
}

async function start({ settings, data, model }: Extract<ToWorker, { kind: "start" }>): Promise<void> {
  isPaused = false;
  gate.resume();
  await opened;
  await running;
  store ??= await Store.open();
  gate.reset();
  const inputs = await keepInputs(store, data, model, saved, (text) => say({ kind: "preparing", text }));
  saved = { asked: settings, ...inputs, state: isPaused ? "paused" : "running" };
  await store.save(saved);
  say({ kind: "stored" });
  run();
}

async function keepState(state: Saved["state"]): Promise<void> {
  if (saved === undefined) return;
  saved = { ...saved, state };
  await store!.save(saved);
}

async function forget(): Promise<void> {
  gate.stop(new Stopped());
  await running;
  saved = undefined;
  await store!.forget();
  say({ kind: "forgotten" });
}

function columnsOf(file: File): Promise<string[]> {
  return tableColumns(file.name, async () => new Uint8Array(await file.arrayBuffer())).catch(() => []);
}

/** Answers one prompt at a time, and none while a comparison runs. */
async function answer(message: Extract<ToWorker, { kind: "answer" }>): Promise<void> {
  await running;
  gate.reset();
  running = reporting("answers", () => answerPrompt(store!, saved!, message, gate, say));
}

/** Does `work`, and reports its error as one of `of`; nothing else ends. */
async function reporting(of: WorkerJob, work: () => Promise<void>): Promise<void> {
  await work().catch((error: unknown) => say({ kind: "error", of, text: failureText(error) }));
}

addEventListener("message", ({ data: message }: MessageEvent<ToWorker>) => {
  switch (message.kind) {
    case "open":
      opened = reporting("sweep", open);
      return;
    case "start":
      return void reporting("sweep", () => start(message));
    case "pause":
      isPaused = message.byPerson;
      gate.pause();
      // A hidden tab that is closed goes on when it is opened again.
      return message.byPerson ? void keepState("paused").then(() => say({ kind: "paused" })) : undefined;
    case "resume":
      isPaused = false;
      gate.resume();
      return void keepState("running");
    case "stop":
      return gate.stop(new Stopped());
    case "forget":
      return void forget();
    case "adapters":
      return void reporting("adapters", async () => {
        const file = await zipAdapters(store!, message.name, message.trialIds);
        say({ kind: "adapters", file }, [file.bytes.buffer]);
      });
    case "columns":
      return void columnsOf(message.file).then((names) => say({ kind: "columns", names }));
    case "answer":
      return void answer(message);
    case "check-gradients":
      return void reporting("gradients", async () =>
        say({ kind: "gradients", check: await checkGradients(message.device) }),
      );
  }
});
