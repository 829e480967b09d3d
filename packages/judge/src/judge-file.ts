import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { InputError } from "@lorank/core";
import type { Judge } from "./judge-answers.ts";

export interface JudgeFileOptions {
  /** Seconds allowed per answer, and for loading the module, which has 10 s at least. (default: 10) */
  readonly limitSeconds?: number | undefined;
}

/** Least seconds for a thread's start, which is slow on a busy machine. */
const MOST_START_SECONDS = 10;

/** Worker reply; `got` replaces a function or value. */
type Reply =
  | { readonly isReady: true }
  | { readonly value: number | null }
  | { readonly got: string; readonly cause?: Error };

/**
 * Opens a user's judge: a module whose default export is `(prompt, answer, reference) => number`. The number, which may
 * be a promise, is 0 to 1, or null to leave the example out. The module runs in a thread with a time limit, and prints
 * to standard error.
 *
 * @throws InputError `E_JUDGE` for a file that cannot be loaded, or exports no function.
 */
export async function openJudgeFile(
  path: string,
  { limitSeconds = 10 }: JudgeFileOptions = {},
): Promise<Judge> {
  const thread = judgeThread({ href: pathToFileURL(resolve(path)).href }, limitSeconds);
  const start = await thread.start();
  if ("got" in start) throw unusable(path, start);
  return thread;
}

/**
 * Opens a metric with unbounded time in a thread with a time limit.
 *
 * @param metric `regex` or `levenshtein`, as `parseMetric` takes it: `not-regex:a+`.
 */
export async function openScorer(
  metric: string,
  { limitSeconds = 10 }: JudgeFileOptions = {},
): Promise<Judge> {
  const [, name, parameter] = /^(?:not-)?([^:]*)(?::(.*))?$/s.exec(metric)!;
  const thread = judgeThread({ scorer: { name, parameter } }, limitSeconds);
  const start = await thread.start();
  if ("got" in start) throw new InputError("E_JUDGE", `${metric} must start in a thread, got ${start.got}`);
  return thread;
}

interface JudgeThread extends Judge {
  start(): Promise<Reply>;
}

function judgeThread(workerData: object, limitSeconds: number): JudgeThread {
  const worker = new Worker(new URL("./judge-worker.js", import.meta.url), { workerData, stdout: true });
  worker.stdout.pipe(process.stderr, { end: false });
  let ended: Reply | undefined;
  let take: (reply: Reply) => void = () => {};
  const end = (reply: Reply): void => {
    ended ??= reply;
    take(ended);
    void worker.terminate();
  };
  let number = 0;
  // Messages without a number are the judge's own and ignored.
  worker.on("message", (reply: (Reply & { readonly number?: unknown }) | null) => {
    if (reply?.number === number) take(reply);
  });
  worker.on("error", (cause) => end({ got: `the error ${cause.message}`, cause }));
  worker.on("exit", (code) => end({ got: `the end of its thread with code ${code}` }));
  /** Next worker reply, to a message or the start. */
  const next = async (message?: object, seconds = limitSeconds): Promise<Reply> => {
    if (ended !== undefined) return ended;
    const reply = new Promise<Reply>((done) => {
      take = done;
    });
    const timer = setTimeout(() => end({ got: `no answer within ${seconds} s` }), 1000 * seconds);
    if (message !== undefined) worker.postMessage({ number: ++number, ...message });
    return reply.finally(() => clearTimeout(timer));
  };
  const close = async (): Promise<void> => {
    await next({ isLast: true });
    await worker.terminate();
  };
  return {
    start: async () => {
      const start = await next(undefined, Math.max(limitSeconds, MOST_START_SECONDS));
      if ("got" in start) await close();
      return start;
    },
    judge: async ({ prompt, answer, reference }) => {
      const reply = await next({ prompt, answer, reference });
      if ("got" in reply) throw new Error(reply.got, { cause: reply.cause });
      return "value" in reply ? reply.value : undefined;
    },
    close,
  };
}

function unusable(path: string, { got, cause }: Extract<Reply, { readonly got: string }>): InputError {
  const { code } = (cause ?? {}) as NodeJS.ErrnoException;
  const advice =
    code === "ERR_UNKNOWN_FILE_EXTENSION" ? "\nNode 22.18 and newer read TypeScript, older ones do not." : "";
  const rule = `${path} must be a module whose default export is a function`;
  return new InputError("E_JUDGE", `${rule}, got ${got}${advice}`, { cause });
}
