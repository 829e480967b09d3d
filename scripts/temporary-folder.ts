import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, onTestFinished, TestRunner } from "vitest";

/**
 * Makes an empty folder that is gone when the test has finished or, called at the top of a file, when the file's tests
 * have. Not for use in `beforeAll`, where vitest takes neither hook. For tests alone.
 */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "lorank-test-"));
  const whenDone = TestRunner.getCurrentTest() === undefined ? afterAll : onTestFinished;
  whenDone(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  return folder;
}
