import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { exitCode } from "../src/exit-code.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const page = readFileSync(join(root, "docs/environment.md"), "utf8");

/** The first cells of a table. */
function firstCells(heading: string): string[] {
  const [, section = ""] = page.split(`## ${heading}\n`);
  const [table = ""] = section.split("\n## ");
  const rows = table.split("\n").filter((line) => line.startsWith("| "));
  return rows.slice(2).map((row) => row.split(" | ")[0]!.slice(2));
}

/** Names of variables that a source takes from an environment, in the forms in which our code does. */
function variablesIn(source: string): string[] {
  const members = source.matchAll(/\b(?:env|environment|own|user)\??\.([A-Z][A-Z0-9_]*)\b/g);
  const called = source.matchAll(/\b(?:variable|path)\(((?:"\w+"(?:, )?)+)\)/g);
  const taken = source.matchAll(
    /\{([^{}]*)\}\s*(?:=\s*[\w.]*(?:env|environment)\b|:\s*(?:NodeJS\.ProcessEnv|Environment)\b)/g,
  );
  return [
    ...[...members].map(([, name]) => name!),
    ...[...called].flatMap(([, names]) => [...names!.matchAll(/\w+_\w+|[A-Z]{2,}/g)].map(([name]) => name)),
    ...[...taken].flatMap(([, names]) => [...names!.matchAll(/\b[A-Z][A-Z0-9_]+\b/g)].map(([name]) => name)),
  ];
}

test("the page has every environment variable that is read, and no other", () => {
  const sources = execFileSync(
    "git",
    ["ls-files", "--cached", "--others", "--exclude-standard", "packages/*/src/**", "apps/*/src/**"],
    {
      cwd: root,
      encoding: "utf8",
    },
  );
  const files = sources.split("\n").filter((file) => file.endsWith(".ts"));
  const read = files.flatMap((file) => variablesIn(readFileSync(join(root, file), "utf8")));
  const written = firstCells("Environment variables").flatMap((cell) => cell.match(/\w+/g) ?? []);
  expect(files.length).toBeGreaterThan(300);
  expect(written.toSorted()).toEqual([...new Set(read)].toSorted());
});

test("the page has every exit code, and no other", () => {
  expect(firstCells("Exit codes").map(Number)).toEqual(Object.values(exitCode));
});
