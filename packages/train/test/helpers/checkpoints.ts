import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** A clock on which a minute passes between any two looks. */
export function fastClock(): () => number {
  let now = 0;
  return () => (now += 60_000);
}

/** Goes when the file's tests are over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "lorank-checkpoints-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
