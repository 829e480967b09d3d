// The tutorial is run in one folder, at night from top to bottom: its sweep of six trials takes a minute and more of
// processor time. The commands of other pages show each day that a sweep prints what a page says.
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { codeBlocks } from "../../scripts/code-blocks.ts";
import { isNightly, onlyNightly } from "../../scripts/nightly.ts";
import { lorankArguments, root } from "./blocks/check-command.ts";
import { matches, PageFolder } from "./blocks/run-page.ts";
import { shellCommands } from "./blocks/shell.ts";

const folder = new PageFolder();
const data = join(root, "examples/messages.csv");
copyFileSync(data, join(folder.path, "messages.csv"));

const blocks = codeBlocks(pathToFileURL(join(root, "docs/tutorial.md")));
const excerpt = blocks.findIndex(({ code }) => code.startsWith("message;"));
/** The commands after the data, each with the output that the block below it shows. */
const commands = blocks
  .slice(excerpt + 1)
  .flatMap(({ language, code }, i, rest) =>
    language === "sh" ? [[shellCommands(code).at(-1)!, rest[i + 1]!.code] as const] : [],
  );

test("all commands of the tutorial are run", () => {
  expect(commands.map(([[, command]]) => command)).toEqual(["plan", "sweep", "config"]);
});

const titled = commands.map(([words, shown]) => {
  const isLeftOut = !isNightly && words[1] !== "plan";
  return [`${words.join(" ")}${isLeftOut ? onlyNightly : ""}`, { words, shown, isLeftOut }] as const;
});

test.for(titled)("%s", async ([, { words, shown, isLeftOut }], { skip }) => {
  if (isLeftOut) skip();
  const { code, output } = await folder.run(lorankArguments(words)!);
  expect(code, output).toBe(0);
  if (!matches(withoutFigures(output), withoutFigures(shown))) expect(output).toBe(shown);
});

test("its excerpt is the data's", () => {
  const text = new TextDecoder("windows-1252").decode(readFileSync(data));
  expect(text.replaceAll("\r\n", "\n").startsWith(blocks[excerpt]!.code)).toBe(true);
});

/** On one line, for figures differ from machine to machine, and with them the columns' width and where lines break. */
function withoutFigures(text: string): string {
  return text.replace(/\s+/g, " ").replace(/\d[\d.]* ?([kM]?B\b|k\b|s\b|%|points?\b)|\d+\.\d+/g, "#");
}
