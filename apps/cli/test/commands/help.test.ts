import { expect, test } from "vitest";
import { commandsFor } from "../../src/commands/commands.ts";
import { cliHere } from "../here.ts";
import { shows } from "./shows.ts";

shows("lorank", "without a command", ({ run }) => run(""));

for (const { name } of await commandsFor()) shows(name, "help", ({ run }) => run(`${name} --help`));
shows("sweep", "help with every flag", ({ run }) => run("sweep --help --all"));

shows("lorank", "unknown words", async ({ run }) => {
  await run("swep");
  await run("help swep");
  await run("nonsense");
  await run("sweep --rnks 4");
  await run("sweep --ranks");
  await run("sweep --device gpu");
  await run("truncate r8");
  await run("memory");
  await run("sweep one.yaml two.yaml");
  await run("--nonsense");
});

test("the help of sweep names at most 40 flags, and counts the others", async () => {
  const helps = ["sweep --help", "sweep --help --all"].map((line) => cliHere(line.split(" ")));
  const [short, long] = (await Promise.all(helps)).map(
    ({ stdout }): readonly string[] => stdout.match(/^ {2}(?:-\w, )?--[\w-]+/gm)!,
  );
  expect(short!.length).toBeLessThanOrEqual(40);
  const more = long!.filter((flag) => !short!.includes(flag));
  expect((await helps[0]!).stdout).toContain(`\n${more.length} more flags: lorank sweep --help --all\n`);
});
