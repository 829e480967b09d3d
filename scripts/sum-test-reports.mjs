// Adds up the JSON reports of all packages' test runs, names the tests that did not pass, and prints `N passed, N failed[, N skipped]` as the last line.
// Exits 1 when a test failed, a package has no report, or the first argument (the steps' own status) is not 0.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";

/** The first lines of a failure's message without the runner's own, set in. */
function reason(message) {
  const lines = stripVTControlCharacters(message).split("\n");
  const shown = lines.filter((line) => !line.includes("node_modules")).slice(0, 12);
  return shown.map((line) => `    ${line}`).join("\n");
}

let passed = 0;
let failed = 0;
let skipped = 0;
/** Printed last: only the end of a long log may be kept, and the reason stands beside the name. */
const failures = [];
const groups = ["packages", "apps", "examples", "bench"];
const folders = groups.flatMap((group) => readdirSync(group).map((name) => `${group}/${name}`));
for (const folder of [...folders, "docs", "python"]) {
  if (!existsSync(`${folder}/package.json`)) continue;
  const file = `${folder}/.test-report.json`;
  if (!existsSync(file)) {
    console.log(`${folder} has no test report: its tests did not run`);
    failed += 1;
    continue;
  }
  const report = JSON.parse(readFileSync(file, "utf8"));
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  skipped += report.numPendingTests + report.numTodoTests;
  for (const { assertionResults } of report.testResults) {
    for (const { status, fullName, failureMessages } of assertionResults) {
      const line = `${status}: ${folder}: ${fullName}`;
      if (status === "failed") failures.push(line, ...failureMessages.map(reason));
      else if (status !== "passed") console.log(line);
    }
  }
  // A file that cannot be loaded counts no test of its own.
  failed += report.testResults.filter((r) => r.status === "failed" && r.assertionResults.length === 0).length;
}
for (const line of failures) console.log(line);
const steps = Number(process.argv[2] ?? 0);
if (steps !== 0 && failed === 0) failed = 1; // a step besides the tests failed
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exit(failed > 0 ? 1 : 0);
