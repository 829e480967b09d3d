import { InputError } from "@lorank/core";
import { Redis } from "ioredis";

export type Report = (words: string) => void;

const mostRetryMs = 2_000;

/** Address without user, password and options, for messages. */
export function shownRedis(redis: string): string {
  const url = urlOf(redis);
  return url === undefined ? "a text of another form" : `${url.protocol}//${url.host}${url.pathname}`;
}

/**
 * Connects to a Redis or Valkey server. A server lost later is waited for, however long.
 *
 * Errors have our own words: the client's contain the password.
 *
 * @param signal ends the connection, also to a silent server.
 * @throws InputError `E_REDIS` where the address is wrong, or no server answers and lets us in.
 */
export async function connect(redis: string, report: Report, signal?: AbortSignal): Promise<Redis> {
  const shown = shownRedis(redis);
  if (urlOf(redis) === undefined) throw wrongAddress(shown);
  let wasReady = false;
  let isLost = false;
  let lastError = "no answer";
  const client: Redis = new Redis(redis, {
    lazyConnect: true,
    maxRetriesPerRequest: null, // required by BullMQ: commands wait for the server
    // Retries end with this client, also those of the copies that BullMQ makes.
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

/** Reports errors once each, except those that others handle: a lost server, hold or job. */
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

/** Warns of a server that evicts keys: jobs are lost and run again. */
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
