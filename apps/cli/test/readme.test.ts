import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cli, temporaryFolder } from "./cli.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const blocks = [...readme.matchAll(/```sh run\n([\s\S]*?)```/g)].map((match) => match[1] ?? "");
const commands = blocks.flatMap((block) => block.split("\n").filter((line) => line.startsWith("lorank ")));

/** Files that the commands read: blocks that are named. */
const files = [...readme.matchAll(/```yaml \[(\S+\.yaml)\]\n([\s\S]*?)```/g)].map(
  ([, name = "", text = ""]) => [name, text] as const,
);

test("the README has commands to run", () => {
  expect(commands.length).toBeGreaterThanOrEqual(3);
});

test.each(commands)("%s", async (command) => {
  const folder = temporaryFolder();
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
  const run = await cli(command.split(" ").slice(1), { cwd: folder });
  expect(run.stderr).toBe("");
  expect(run.code).toBe(0);
});
