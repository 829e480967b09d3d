import { setTimeout as sleep } from "node:timers/promises";
import { InputError, printable } from "@lorank/core";

/** Failure a retry may cure: connection, broken-off body, server fault. */
export class TransientError extends Error {
  override readonly name = "TransientError";
  /** Seconds to wait, as the server asks; undefined if it does not. */
  readonly retryAfter: number | undefined;
  constructor(message: string, options: ErrorOptions & { readonly retryAfter?: number | undefined } = {}) {
    super(message, options);
    this.retryAfter = options.retryAfter;
  }
}

/** InputError E_HUB: id, `problem`, then a help line. */
export function hubError(id: string, problem: string, help?: string, cause?: unknown): InputError {
  const message = `${id}: ${printable(problem)}${help === undefined ? "" : `\n${help}`}`;
  return new InputError("E_HUB", message, cause === undefined ? undefined : { cause });
}

interface Refusal {
  readonly status: number;
  /** Hub error code (`X-Error-Code`), finer than the status. */
  readonly errorCode: string | undefined;
  readonly retryAfter: string | undefined;
}

export interface HubRequest {
  readonly id: string;
  readonly repo: string;
  readonly revision: string;
  /** Requested file; undefined for the file listing. */
  readonly file?: string;
  readonly endpoint: string;
  readonly tokenSource: string | undefined;
}

/** Error for a refused request: {@link TransientError} if a retry may help, else an InputError E_HUB. */
export function refusalError({ status, errorCode, retryAfter }: Refusal, request: HubRequest): Error {
  const { id, repo, revision, file, endpoint, tokenSource } = request;
  const page = `${endpoint}/${repo}`;
  const access = `Accept the licence on the model's page, ${page}, and set HF_TOKEN to a token of that account.`;
  if (status === 408 || status === 429 || status >= 500) {
    const seconds = Number(retryAfter);
    return new TransientError(
      status === 429 ? "the hub says too many requests (429)" : `the hub has a fault of its own (${status})`,
      { retryAfter: retryAfter !== undefined && seconds >= 0 ? seconds : undefined },
    );
  }
  if (status === 404 && errorCode === "RevisionNotFound") {
    return hubError(
      id,
      `${repo} must have the revision "${revision}", and the hub knows none of that name (404)`,
    );
  }
  if (status === 404 && file !== undefined) {
    return hubError(id, `${repo} must have the file "${file}" at ${revision}, and the hub finds none (404)`);
  }
  if (errorCode === "GatedRepo")
    return hubError(id, `the model is gated, and access was refused (${status})`, access);
  if (status === 404 || errorCode === "RepoNotFound") {
    return hubError(
      id,
      `the hub knows no such model, or it is private (${status}); there is no such folder either`,
      "Check the spelling. For a private model set HF_TOKEN to a token that may read it.",
    );
  }
  if (status === 401 && tokenSource !== undefined) {
    return hubError(id, `the hub refused the token of ${tokenSource} (401)`, "It may have expired.");
  }
  if (status === 401) {
    return hubError(
      id,
      "the hub shows no such model to somebody without a token (401): it is unknown, private or gated; there is no such folder either",
      `Check the spelling. ${access}`,
    );
  }
  if (status === 403) return hubError(id, "access was refused (403)", access);
  return hubError(id, `the hub must answer with 200, got ${status}`);
}

/** Progress while a model is fetched. `bytes` count within a file, parts from an earlier run included. */
export type HubProgress =
  /** Download plan: counts of files and bytes, sent before the files; more plans follow when an index names shards. */
  | { readonly kind: "plan"; readonly repo: string; readonly files: number; readonly bytes: number }
  | { readonly kind: "bytes"; readonly file: string; readonly bytes: number; readonly totalBytes: number }
  | { readonly kind: "file-done"; readonly file: string; readonly totalBytes: number }
  | { readonly kind: "retry"; readonly what: string; readonly reason: string; readonly seconds: number }
  /** Cached copy is used, which may be older, since the hub is unreachable. */
  | { readonly kind: "cache-used"; readonly repo: string; readonly reason: string };

interface RetryOptions {
  readonly id: string;
  readonly what: string;
  readonly retries: number;
  /** Pause before the first retry in milliseconds, doubled at each. */
  readonly delay: number;
  readonly signal: AbortSignal | undefined;
  readonly progress: (event: HubProgress) => void;
}

/** Longest pause in milliseconds, whatever the server asks for. */
const LONGEST_PAUSE = 60_000;

/**
 * Retries until `attempt` succeeds or has failed transiently `retries + 1` times in a row; `achieved` restarts the
 * count. Throws E_HUB with the last failure in words; other errors than TransientError at once.
 */
export async function withRetries<T>(
  { id, what, retries, delay, signal, progress }: RetryOptions,
  attempt: () => Promise<T>,
  achieved: () => boolean = () => false,
): Promise<T> {
  for (let failures = 0; ; ) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      failures = achieved() ? 1 : failures + 1;
      if (failures > retries) {
        const times = failures === 1 ? "" : `, ${failures} times`;
        throw hubError(
          id,
          `${error.message}${times}`,
          "Check the connection and HTTPS_PROXY, then run the same again: what has arrived is kept.",
          error,
        );
      }
      const requested = 1000 * (error.retryAfter ?? 0);
      const pause = Math.min(LONGEST_PAUSE, Math.max(requested, delay * 2 ** (failures - 1)));
      progress({ kind: "retry", what, reason: error.message, seconds: pause / 1000 });
      await sleep(pause, undefined, signal === undefined ? {} : { signal }).catch(() =>
        signal?.throwIfAborted(),
      );
    }
  }
}
