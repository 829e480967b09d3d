// The tests of python/tests, by pytest, each as a test of this file.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../scripts/temporary-folder.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const xml = join(temporaryFolder(), "pytest.xml");

// `.ci/set-up-python` makes the folder of pytest, pandas and the others.
const libraries = [here("../src"), process.env.LORANK_PYTHON_TESTS ?? []].flat();
const pytest = spawnSync(
  "python3",
  ["-m", "pytest", "-q", "-p", "no:cacheprovider", `--junitxml=${xml}`, here("../tests")],
  {
    env: { ...process.env, PYTHONPATH: libraries.join(delimiter), PYTHONDONTWRITEBYTECODE: "1" },
    encoding: "utf8",
  },
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
    expect([0, 1], pytest.stdout).toContain(pytest.status);
  });
} else {
  const reason = pytest.error?.message ?? pytest.stderr.trim().split("\n").at(-1);
  // In the gate Python is there: only another machine may lack it.
  test.skipIf(process.env.LORANK_PYTHON_TESTS === undefined)(`pytest runs (left out: ${reason})`, () => {
    expect(reason).toBe("");
  });
}
