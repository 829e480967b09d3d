import { commandsFor } from "../../src/commands/commands.ts";
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
