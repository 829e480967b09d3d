import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { cli, temporaryFolder } from "./cli.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const blocks = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1] ?? "");
const commands = blocks.flatMap((block) => block.split("\n").filter((line) => line.startsWith("lorank ")));

test("the README has commands to run", () => {
  expect(commands.length).toBeGreaterThanOrEqual(3);
});

test.each(commands)("%s", async (command) => {
  const run = await cli(command.split(" ").slice(1), { cwd: temporaryFolder() });
  expect(run.stderr).toBe("");
  expect(run.code).toBe(0);
});
