import type { Output } from "../output.ts";
import { plainText } from "../text.ts";
import type { WatchServer } from "./server.ts";
import { type WatchSettings, watchSweep } from "./watch-sweep.ts";

/** Serves the page of the sweep that this process runs, and prints its address. Where it cannot, the sweep goes on without. */
export async function serveBeside(
  out: string,
  settings: WatchSettings,
  output: Output,
): Promise<WatchServer | undefined> {
  const say = (words: string): void => output.fail(plainText(words));
  try {
    const server = await watchSweep(out, settings, say);
    // Under --json, stdout is one document.
    if (output.json) output.fail(`page      ${server.address}`);
    else output.print(`page      ${server.address}`);
    return server;
  } catch (error) {
    say(`There is no page: ${(error as Error).message}`);
    return undefined;
  }
}
