import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** Makes an empty folder that is gone when the test has finished. For tests alone. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "lorank-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
