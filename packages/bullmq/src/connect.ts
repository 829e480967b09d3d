import { InputError } from "@lorank/core";
import { Redis } from "ioredis";

/** Receives sentences on the queue's server for the user. */
export type Report = (words: string) => void;

/** Longest time between two tries of a server that was lost. */
const mostRetryMs = 2_000;

/** The address of a server as it may be shown: without user, password and options. */
export function shownRedis(redis: string): string {
  const url = urlOf(redis);
  return url === undefined ? "a text of another form" : `${url.protocol}//${url.host}${url.pathname}`;
}

/**
 * Connects to a Redis or Valkey server. A server that is lost later is waited for, however long it takes.
 *
 * Errors have words of our own: the client's hold the commands, and those the password.
 *
 * @param signal ends the connection, also while it waits for a server that accepts it and says nothing.
 * @throws InputError `E_REDIS` where the address is wrong, or no server answers there and lets us in.
 */
export async function connect(redis: string, report: Report, signal?: AbortSignal): Promise<Redis> {
  const shown = shownRedis(redis);
  if (urlOf(redis) === undefined) throw wrongAddress(shown);
  let wasReady = false;
  let isLost = false;
  let lastError = "no answer";
  const client: Redis = new Redis(redis, {
    lazyConnect: true,
    maxRetriesPerRequest: null, // BullMQ's condition: a command waits until the server is back
    // BullMQ's copies of this client have the same strategy: when this one has ended, so do they.
    retryStrategy: (times) =>
      wasReady && client.status !== "end" ? Math.min(100 * times, mostRetryMs) : null,
  });
  const leave = (): void => client.disconnect();
  signal?.addEventListener("abort", leave, { once: true });
  client.once("end", () => signal?.removeEventListener("abort", leave));
  client.on("error", ({ message }: Error) => {
    lastError = message;
  });
  client.on("ready", () => {
    wasReady = true;
    if (isLost) report(`${shown} is back.`);
    isLost = false;
  });
  client.on("reconnecting", () => {
    if (!isLost) report(`Lost ${shown}. Waiting until it is back; what runs goes on.`);
    isLost = true;
  });
  try {
    await client.connect();
    await warnOfEviction(client, report);
    return client;
  } catch {
    client.disconnect();
    throw wrongAddress(`${shown} (${lastError})`);
  }
}

/**
 * Reports errors between BullMQ and the server, each once. Others deal with three: the connection reports a lost
 * server, the queue renews a lost hold, and the driver adds a lost job again.
 */
export function unexpected(report: Report): (error: Error) => void {
  const reported = new Set<string>();
  return ({ message }) => {
    const isKnown = /ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|[Cc]onnection is closed|lock|Missing key/.test(
      message,
    );
    if (isKnown || reported.has(message)) return;
    reported.add(message);
    report(`The queue: ${message}`);
  };
}

/** A server that throws keys away when its memory is full loses jobs. They are added again, but run again too. */
async function warnOfEviction(client: Redis, report: Report): Promise<void> {
  const policy = /^maxmemory_policy:(\S+)/m.exec(await client.info())?.[1];
  if (policy !== undefined && policy !== "noeviction")
    report(`The server may drop jobs when its memory is full: set its maxmemory-policy to noeviction.`);
}

function urlOf(redis: string): URL | undefined {
  if (!URL.canParse(redis)) return undefined;
  const url = new URL(redis);
  return /^rediss?:$/.test(url.protocol) && url.hostname !== "" ? url : undefined;
}

function wrongAddress(got: string): InputError {
  return new InputError(
    "E_REDIS",
    `redis must be the address of a Redis or Valkey server, such as redis://host:6379, got ${got}`,
  );
}
