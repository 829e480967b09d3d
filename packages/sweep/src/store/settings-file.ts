import { join } from "node:path";
import type { Comparison } from "../plan/sweep-config.ts";
import { writeIfDifferent } from "./write-if-different.ts";

/**
 * What was asked of a sweep, as whoever asks writes it, kept as `settings.json` so that nobody need ask again. Called with
 * the config that will be run, which may have ranks and seeds of before. Nothing in this package reads the file.
 */
export type AskedSettings = (config: Comparison) => unknown;

/** Path of a results folder's `settings.json`. */
export function settingsFile(out: string): string {
  return join(out, "settings.json");
}

/** Atomic; leaves the file alone where it says the same. */
export function writeSettings(out: string, asked: AskedSettings | undefined, config: Comparison): void {
  if (asked !== undefined) writeIfDifferent(settingsFile(out), `${JSON.stringify(asked(config), null, 2)}\n`);
}
