// Commands on the folder of a sweep: status, logs, cancel, config, report, inspect.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { writePeftAdapter } from "@lorank/checkpoint/files";
import { toolNames } from "../../src/tools/tools.ts";
import { smallAdapter } from "../small-adapter.ts";
import { csv, outcomes, plateau } from "./runs.ts";
import { shows } from "./shows.ts";
import { someOfEach, sweepFolder } from "./sweep-folder.ts";

const trainer = { command: ["python", "train.py", "--rank", "{rank}"], files: [] };
const severalStates = { state: someOfEach, host: "node7" };

shows("status", "finished", async (terminal) => {
  await sweepFolder(terminal);
  await terminal.run("status swept");
});

shows("status", "finished, followed in a log", async (terminal) => {
  terminal.hide(/^\d{4}-\d\d-\d\dT[\d:.]+Z/gm, "TIME");
  await sweepFolder(terminal, { config: { ranks: [4, 8], seeds: [1, 2] } });
  await terminal.run("status swept --follow");
});

shows("status", "running, with trials in every state", async (terminal) => {
  await sweepFolder(terminal, severalStates);
  await terminal.run("status swept");
});

shows("status", "as a document", async (terminal) => {
  terminal.hide(/(?<=\.\d{9})\d+/g, "…");
  const config = { ranks: [4], seeds: [1, 2, 3] };
  await sweepFolder(terminal, { ...severalStates, config });
  await terminal.run("status swept --json");
});

shows("status", "stopped, with a failed and a lost trial", async (terminal) => {
  await sweepFolder(terminal, { state: someOfEach });
  await terminal.run("status swept");
});

shows("status", "begun, with nothing done", async (terminal) => {
  await sweepFolder(terminal, { state: () => ({ state: "waiting" }), host: "node7" });
  await terminal.run("status swept");
});

shows("status", "searching for its settings", async ({ write, run }) => {
  write("swept/settings.json", JSON.stringify({ folder: "/", settings: { ranks: [2, 4] } }));
  await run("status swept");
});

shows("status", "another trainer", async (terminal) => {
  await sweepFolder(terminal, { trainer });
  await terminal.run("status swept");
});

shows("status", "by log loss, with checks at other rates", async (terminal) => {
  await sweepFolder(terminal, {
    config: { metric: "log-loss", margin: 0.05, robustness: true, seeds: [1, 2, 3] },
  });
  await terminal.run("status swept");
});

shows("status", "a race, and many seeds", async (terminal) => {
  const seeds = Array.from({ length: 30 }, (_, seed) => seed);
  await sweepFolder(terminal, {
    config: { method: "race", seeds },
    state: (_, seed) => ({ state: seed < 4 ? "done" : "waiting" }),
  });
  await terminal.run("status swept");
});

shows("status", "what is no sweep, refused", async ({ folder, run }) => {
  mkdirSync(join(folder, "empty"));
  await run("status empty");
  await run("status nowhere");
  await run("status empty --follow --json");
  await run("logs empty");
  await run("cancel empty");
});

shows("logs", "of a trial, and of all that failed", async (terminal) => {
  await sweepFolder(terminal, severalStates);
  for (const words of ["", " r4-s3", " r4-s3 --lines 1", " r4-s0", " r4-s3 --json"])
    await terminal.run(`logs swept${words}`);
});

shows("logs", "nothing failed", async (terminal) => {
  await sweepFolder(terminal, { config: { ranks: [4, 8], seeds: [1] } });
  await terminal.run("logs swept");
});

shows("logs", "wrong trials, refused", async (terminal) => {
  await sweepFolder(terminal, severalStates);
  for (const words of ["r9-s1", "r4", "r16-s4", "r4-s3 --attempt 2", "--attempt 2", "r4-s3 --lines 0"])
    await terminal.run(`logs swept ${words}`);
});

shows("cancel", "a running sweep", async (terminal) => {
  await sweepFolder(terminal, severalStates);
  for (const words of ["", " r16-s4", " r16", " r4-s0", " r9-s1"]) await terminal.run(`cancel swept${words}`);
});

shows("cancel", "a sweep that nobody runs", async (terminal) => {
  await sweepFolder(terminal, { state: someOfEach });
  await terminal.run("cancel swept");
  await terminal.run("cancel swept r16 --json");
});

for (const tool of toolNames)
  shows("config", `for ${tool}`, async (terminal) => {
    await sweepFolder(terminal, { config: { ranks: [4, 8], seeds: [1, 2, 3] } });
    await terminal.run(`config swept --for ${tool}`);
  });

shows("config", "of another rank, an adapter, a trainer and outcomes", async (terminal) => {
  await sweepFolder(terminal, { config: { seeds: [1, 2, 3] } });
  await sweepFolder(terminal, { trainer, config: { seeds: [1, 2, 3] } }, "trained");
  terminal.write("runs.csv", plateau);
  await terminal.run("config swept --rank 4 --for peft");
  await terminal.run("config swept/adapters/r16 --for peft");
  await terminal.run("config trained --for peft");
  await terminal.run("config runs.csv --for axolotl");
  await terminal.run("config swept --for peft --json");
});

shows("config", "no rank and no tool, refused", async (terminal) => {
  await sweepFolder(terminal, { config: { ranks: [4, 8], seeds: [1] } });
  terminal.write("outcomes.csv", csv(outcomes.filter(({ seed }) => seed === 1)));
  for (const words of [
    "swept --for peft",
    "swept --for peft --rank 5",
    "swept",
    "swept --for keras",
    "outcomes.csv --for peft",
    "nowhere --for peft",
  ])
    await terminal.run(`config ${words}`);
});

shows("inspect", "an adapter with a head", async ({ folder, run }) => {
  writePeftAdapter(join(folder, "r3"), smallAdapter({ classNames: ["warm", "cold", "wet"] }));
  await run("inspect r3");
  await run("inspect r3 --layers");
});

shows("inspect", "as a document", async ({ folder, run, hide }) => {
  hide(/(?<=\.\d{9})\d+/g, "…");
  writePeftAdapter(join(folder, "r3"), smallAdapter());
  await run("inspect r3 --json");
});

shows("inspect", "an adapter of DoRA", async ({ folder, run }) => {
  const layers = new Map(
    [...smallAdapter().layers].map(([name, layer]) => {
      const magnitude = new Float32Array(layer.loraB.shape[0]).fill(2);
      return [name, { ...layer, magnitude }];
    }),
  );
  writePeftAdapter(join(folder, "dora"), smallAdapter({ dora: true, layers, heads: new Map() }));
  await run("inspect dora --layers");
});

shows("inspect", "adapters of a sweep, and what is none", async (terminal) => {
  await sweepFolder(terminal, { config: { ranks: [4, 8], seeds: [1, 2] } });
  for (const name of ["swept/adapters/r8", "swept", "nowhere"]) await terminal.run(`inspect ${name}`);
});

shows("report", "of a sweep, and of outcomes", async (terminal) => {
  await sweepFolder(terminal, { config: { ranks: [4, 8], seeds: [1, 2] } });
  terminal.write("outcomes.csv", csv(outcomes));
  terminal.hide(/(?<="bytes": )\d+/g, "N");
  await terminal.run("report swept");
  await terminal.run("report outcomes.csv --out page.html --json");
  await terminal.run("report swept --out nowhere/page.html");
  await terminal.run("report nowhere");
});
