import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./blocks/check-command.ts";

const page = readFileSync(join(root, "docs/troubleshooting.md"), "utf8");
/** The code spans in the first cell of a row. */
const messages = [...page.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, cell]) =>
  [...cell!.matchAll(/`([^`]+)`/g)].map(([, message]) => message!),
);

/** All sources as one text, in which a message stands as a user reads it: strings joined, `…` for each value. */
const sources = execFileSync("git", ["ls-files", "packages/*/src/*.ts", "apps/*/src/*.ts"], {
  cwd: root,
  encoding: "utf8",
})
  .trim()
  .split("\n")
  .map((file) => readFileSync(join(root, file), "utf8"))
  .join("\n")
  .replace(/["`] \+\s*["`]/g, "")
  .replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, "…")
  .replaceAll("\\n", " ");

test("the page names messages", () => {
  expect(messages.length).toBeGreaterThan(30);
});

test.each(messages)("%s is said somewhere", (message) => {
  // What differs need not be one value: a few words may stand between two that are quoted.
  const parts = message.split("…").map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  expect(new RegExp(parts.join('[^"`]{0,80}')).test(sources)).toBe(true);
});
