import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, onTestFinished, TestRunner } from "vitest";

/**
 * Makes an empty folder that is gone when the test has finished or, called at the top of a file, when the file's tests
 * have. In a script that uses what tests use, it is gone when the process ends. Not for `beforeAll`, where vitest takes no hook.
 */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "lorank-test-"));
  whenDone(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  return folder;
}

function whenDone(remove: () => void): void {
  const isTested = "__vitest_worker__" in globalThis;
  if (!isTested) process.once("exit", remove);
  else if (TestRunner.getCurrentTest() === undefined) afterAll(remove);
  else onTestFinished(remove);
}
