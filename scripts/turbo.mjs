/**
 * Turbo, with its telemetry off, which no setting in turbo.json turns off. Before all tests the command line is built, so that
 * its tests need not wait for the others; those of changed packages come first.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

process.env.TURBO_TELEMETRY_DISABLED ??= "1";
const words = process.argv.slice(2).filter((word) => word !== "--nightly");
// Read by scripts/nightly.ts.
if (process.argv.includes("--nightly")) process.env.LORANK_NIGHTLY = "1";
const isTest = words[0] === "run" && words[1] === "test";
// Before tests, turbo.json has it build: those that start the command line start the build.
if (isTest) process.env.LORANK_TEST_BUILD ??= "1";

const isTestOfAll = isTest && !words.some((word) => word.startsWith("--filter"));
if (isTestOfAll) runTurbo(["run", "build", "--filter=lorank"]);
const changed = isTestOfAll ? changedPackages() : [];
if (changed.length === 0) process.exit(turbo([]));
console.log(`Changed packages first: ${changed.join(", ")}`);
const first = turbo(changed.map((name) => `--filter=${name}`));
const others = turbo(changed.map((name) => `--filter=!${name}`));
process.exit(first || others);

/** Runs turbo's `words` with these filters and returns its exit code. */
function turbo(filters) {
  return runTurbo([...words.slice(0, 2), ...filters, ...words.slice(2)]);
}

function runTurbo(args) {
  const program = fileURLToPath(import.meta.resolve("turbo/bin/turbo"));
  return spawnSync(process.execPath, [program, ...args], { stdio: "inherit" }).status ?? 1;
}

/** Names of the packages that differ from the main branch; none where git cannot tell. */
function changedPackages() {
  const git = (...args) => execFileSync("git", args, { encoding: "utf8", stdio: "pipe" }).trim().split("\n");
  try {
    const [base] = git("merge-base", "HEAD", "origin/main");
    const files = [...git("diff", "--name-only", base), ...git("ls-files", "--others", "--exclude-standard")];
    const folders = files.map(
      (file) => /^(?:(?:packages|apps|examples|bench)\/[^/]+|docs|python)(?=\/)/.exec(file)?.[0],
    );
    return [...new Set(folders)]
      .filter((folder) => folder !== undefined && existsSync(`${folder}/package.json`))
      .map((folder) => JSON.parse(readFileSync(`${folder}/package.json`, "utf8")).name);
  } catch {
    return [];
  }
}
