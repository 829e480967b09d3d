import { setTimeout as sleep } from "node:timers/promises";
import { hubError, TransientError } from "./hub-error.ts";
import type { HubProgress } from "./progress.ts";

export interface RetryOptions {
  readonly id: string;
  /** What is attempted, for the progress. */
  readonly what: string;
  /** Failures in a row that are borne. */
  readonly retries: number;
  /** Milliseconds before the first retry; doubled at each. */
  readonly delay: number;
  readonly signal: AbortSignal | undefined;
  readonly progress: (event: HubProgress) => void;
}

// A server may ask for any pause; longer than this nobody watches.
const LONGEST_PAUSE = 60_000;

/**
 * Runs `attempt` until it succeeds or has failed transiently `retries + 1` times in a row. An attempt that achieved
 * something before it failed, as `achieved` says, starts the count anew.
 *
 * @throws InputError E_HUB with the last failure in words; anything but a TransientError at once.
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
      const asked = error.retryAfter === undefined ? 0 : 1000 * error.retryAfter;
      const pause = Math.min(LONGEST_PAUSE, Math.max(asked, delay * 2 ** (failures - 1)));
      progress({ kind: "retry", what, reason: error.message, seconds: pause / 1000 });
      await sleep(pause, undefined, signal === undefined ? {} : { signal }).catch(() =>
        signal?.throwIfAborted(),
      );
    }
  }
}
