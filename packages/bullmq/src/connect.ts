import { InputError } from "@lorank/core";
import { Redis } from "ioredis";

/** Told, in a sentence, what a person should know of the queue's server. */
export type Report = (words: string) => void;

/** A server that was lost is asked again after this time at most. */
const mostRetryMs = 2_000;

/** The address of a server as it may be shown: without user, password and options. */
export function shownRedis(redis: string): string {
  const url = urlOf(redis);
  return url === undefined ? "a text of another form" : `${url.protocol}//${url.host}${url.pathname}`;
}

/**
 * Connects to a Redis or Valkey server. A server that is lost later is waited for, however long it takes.
 *
 * What goes wrong is told in words of our own: the client's errors hold the commands, and those the password.
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
 * Says what goes wrong between BullMQ and the server, each once. A lost server is said by its connection; a hold that was lost
 * is the queue's to mend, and a job that the server lost the driver's, who adds it again.
 */
export function unexpected(report: Report): (error: Error) => void {
  const said = new Set<string>();
  return ({ message }) => {
    const isKnown = /ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|[Cc]onnection is closed|lock|Missing key/.test(
      message,
    );
    if (isKnown || said.has(message)) return;
    said.add(message);
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
