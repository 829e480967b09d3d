import { TransientError } from "./hub-error.ts";

/** What a body must bring in each minute, and an attempt in all to count as one that got further. */
export const LEAST_BYTES = 2 ** 14;
const WINDOW_SECONDS = 60;

/**
 * The same body, ended where it brings too little. A silence is ended by the connection's own timeout; this is for what
 * never falls silent, such as a byte each second.
 *
 * @param now milliseconds
 * @throws TransientError
 */
export async function* notTooSlow(
  body: AsyncIterable<Uint8Array>,
  host: string,
  now: () => number = () => performance.now(),
): AsyncGenerator<Uint8Array> {
  let start = now();
  let bytes = 0;
  for await (const chunk of body) {
    yield chunk;
    bytes += chunk.length;
    const seconds = (now() - start) / 1000;
    if (seconds < WINDOW_SECONDS) continue;
    if (bytes < LEAST_BYTES * (seconds / WINDOW_SECONDS))
      throw new TransientError(`${host} sent ${bytes} bytes in ${Math.round(seconds)} s`);
    start = now();
    bytes = 0;
  }
}
