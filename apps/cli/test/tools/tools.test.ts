import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { recipeNames, recipesFolder } from "../../src/settings/recipes.ts";
import { toolNames, tools } from "../../src/tools/tools.ts";
import { configFixture } from "../training-configs.ts";

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const foldersIn = (path: string): string[] =>
  readdirSync(path, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? entry.name : []));
const guide = (name: string) => readFileSync(at(`../../docs/guides/${name}`), "utf8");

test("each folder of a tool has facts, is in the list, and is named as the tool is typed", () => {
  const folders = foldersIn(at("src/tools"));
  expect(folders.filter((name) => !existsSync(at(`src/tools/${name}/facts.ts`)))).toEqual([]);
  expect(tools.map(({ name }) => name).toSorted()).toEqual(folders.toSorted());
});

test.each(tools)("the facts of $name name its reader and its writer, and its keys are known", (tool) => {
  const { name, reading, writing } = tool;
  expect(existsSync(at(`src/tools/${name}/read.ts`))).toBe(reading !== undefined);
  expect(existsSync(at(`src/tools/${name}/write.ts`))).toBe(writing !== undefined);
  expect(existsSync(configFixture(`${name}/keys.yaml`))).toBe(reading !== undefined);
});

test("each folder of examples/trainers is the recipe of a tool, or the stand-in", () => {
  expect(foldersIn(recipesFolder()).toSorted()).toEqual(recipeNames.toSorted());
});

test("the guides name the tools that are written, and the releases of those that are read", () => {
  const rows = guide("training-tools.md").matchAll(/^\| `(\w[^`]*)` \|/gm);
  expect([...rows].map(([, name]) => name)).toEqual(toolNames);
  const text = guide("fits-my-gpu.md").replaceAll("\n", " ");
  for (const { name, version, reading } of tools)
    if (reading !== undefined) expect(text).toContain(`${name.replace("-", "")} ${version}`);
});
