import { sweepStatus } from "@lorank/sweep/folder";
import type { Input } from "../../command.ts";
import { defaults } from "../../defaults.ts";
import { redisOf } from "../../executors/bullmq.ts";
import { queuedJobs } from "../../executors/queues.ts";
import type { Messages } from "../../output.ts";
import { cancelTrials } from "../../status/cancel-trials.ts";
import { plainText } from "../../text.ts";
import type { WatchSettings as TypedSettings } from "./command.ts";
import { QueueLook } from "./live-state.ts";
import { type Repeat, serveSweep, type WatchServer } from "./server.ts";
import { SweepLook } from "./sweep-look.ts";

export interface WatchDocument {
  readonly out: string;
  readonly address: string;
}

/** Serves the page until Ctrl-C. The document is printed first, for programs that open the page. */
export async function run(
  { settings, names: [out = defaults.out] }: Input<TypedSettings, readonly [out: string | undefined]>,
  output: Messages,
): Promise<WatchDocument> {
  sweepStatus(out); // refuses a folder without a sweep
  const interrupted = new Promise((resolve) => process.once("SIGINT", resolve));
  const server = await watchSweep(out, settings, (words) => output.fail(plainText(words)));
  const document = { out, address: server.address };
  output.document(document);
  output.page.print(server.address);
  output.note(
    "Whoever has this address and is on this machine can see the sweep and stop its ranks. Ctrl-C ends it.",
  );
  await interrupted;
  await server.close();
  return document;
}

export interface WatchSettings {
  /** Port to listen on. (default: a free port) */
  readonly port?: number | undefined;
  readonly redis?: string | undefined;
}

/**
 * Serves the page for the sweep in `out`, which may not have begun.
 * @param say receives each fault once.
 * @param repeat as in {@link serveSweep}.
 */
export function watchSweep(
  out: string,
  { port = 0, ...settings }: WatchSettings,
  say: (words: string) => void,
  repeat?: Repeat,
): Promise<WatchServer> {
  const redis = redisOf(settings);
  const queues = new QueueLook((signal) => queuedJobs(out, redis, signal));
  const look = new SweepLook(out, (now) => queues.latest(now));
  const reported = new Set<string>();
  return serveSweep({
    port,
    ...(repeat === undefined ? {} : { repeat }),
    look: () => look.view(),
    stopRank: async (rank) => {
      const named = sweepStatus(out).trials.filter((trial) => trial.rank === rank);
      const { problems } = await cancelTrials(
        out,
        redis,
        named.map(({ name }) => name),
      );
      for (const problem of problems) say(problem);
    },
    onError: (error) => {
      const message = error instanceof Error ? error.message : String(error);
      if (!reported.has(message)) say(`The page could not be brought up to date: ${message}`);
      reported.add(message);
    },
    onClose: () => queues.close(),
  });
}

/** Serves the page for this process's sweep and prints the address. If serving fails, the sweep goes on. */
export async function serveBeside(
  out: string,
  settings: WatchSettings,
  output: Messages,
): Promise<WatchServer | undefined> {
  const say = (words: string): void => output.fail(plainText(words));
  try {
    const server = await watchSweep(out, settings, say);
    // Stdout holds a single document under --json.
    if (output.json) output.fail(`page      ${server.address}`);
    else output.page.print(`page      ${server.address}`);
    return server;
  } catch (error) {
    say(`There is no page: ${(error as Error).message}`);
    return undefined;
  }
}
