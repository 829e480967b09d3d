// The tests of python/tests, by pytest, each as a test of this file.
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../scripts/temporary-folder.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const xml = join(temporaryFolder(), "pytest.xml");

// `.ci/set-up-python` makes the folder of pytest, pandas and the others.
const libraries = [here("../src"), process.env.LORANK_PYTHON_TESTS ?? []].flat();
// The build starts in half the time; turbo has just made it.
const built =
  process.env.LORANK_TEST_BUILD === "1"
    ? { LORANK_PROGRAM: JSON.stringify([process.execPath, here("../../apps/cli/dist/main.js")]) }
    : {};
const env = { ...process.env, ...built, PYTHONPATH: libraries.join(delimiter), PYTHONDONTWRITEBYTECODE: "1" };
const words = ["-m", "pytest", "-q", "-p", "no:cacheprovider", `--junitxml=${xml}`, here("../tests")];
const pytest = await promisify(execFile)("python3", words, { env, encoding: "utf8" }).then(
  (printed) => ({ ...printed, code: 0, message: "" }),
  (error: { code: number | string; stdout: string; stderr: string; message: string }) => error,
);

interface PythonTest {
  readonly name: string;
  readonly outcome: "passed" | "failed" | "skipped";
  readonly words: string;
}

function pythonTests(): PythonTest[] {
  const cases = readFileSync(xml, "utf8").matchAll(
    /<testcase classname="([^"]*)" name="([^"]*)"[^>]*?(?:\/>|>(.*?)<\/testcase>)/gs,
  );
  return [...cases].map(([, module, name, inside = ""]) => ({
    name: `${module!.split(".").at(-1)}: ${name!.replaceAll("_", " ")}`,
    outcome: /<(?:failure|error)/.test(inside)
      ? "failed"
      : inside.includes("<skipped")
        ? "skipped"
        : "passed",
    words: /message="([^"]*)"/.exec(inside)?.[1] ?? inside,
  }));
}

if (existsSync(xml)) {
  for (const { name, outcome, words } of pythonTests())
    test.skipIf(outcome === "skipped")(outcome === "skipped" ? `${name} (left out: ${words})` : name, () => {
      expect(outcome, words).toBe("passed");
    });
  test("pytest has no error beside those of tests", () => {
    expect([0, 1], pytest.stdout).toContain(pytest.code);
  });
} else {
  const reason = pytest.stderr.trim().split("\n").at(-1) || pytest.message;
  // In the gate Python is there: only another machine may lack it.
  test.skipIf(process.env.LORANK_PYTHON_TESTS === undefined)(`pytest runs (left out: ${reason})`, () => {
    expect(reason).toBe("");
  });
}
