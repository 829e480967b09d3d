import { cpSync } from "node:fs";
import { join } from "node:path";
import { evaluatorFiles } from "./runs.ts";
import { shows, type Terminal } from "./shows.ts";

/** A verdict on files that an evaluator, a tracker or a trainer wrote. */
function showsFiles(tool: string, scene: (terminal: Terminal) => Promise<unknown>): void {
  shows("verdict", `files of ${tool}`, async (terminal) => {
    cpSync(join(evaluatorFiles, tool.split(",")[0]!), terminal.folder, { recursive: true });
    await scene(terminal);
  });
}

showsFiles("lm-eval", async ({ run }) => {
  await run("verdict 'r{rank}-s{seed}'");
  await run("verdict 'r{rank}-s{seed}' --task parity");
  await run("verdict 'r{rank}-s{seed}' --task digits");
  await run("verdict 'r{rank}-s{seed}' --task digits --filter flexible-extract");
});

showsFiles("inspect", async ({ run }) => {
  await run("verdict 'r{rank}-s{seed}'");
  await run("verdict 'r{rank}-s{seed}' --score match");
});

showsFiles("inspect, as a document", async ({ run, hide }) => {
  hide(/(?<=\.\d{9})\d+/g, "…");
  await run("verdict 'r{rank}-s{seed}' --score match --json");
});

showsFiles("promptfoo", async ({ run }) => {
  await run("verdict 'r{rank}-s{seed}'");
});

showsFiles("lighteval", async ({ run }) => {
  await run("verdict 'r{rank}-s{seed}' --score acc --group-column gold_index");
});

showsFiles("trainer-state", async ({ run }) => {
  await run("verdict 'r{rank}-s{seed}'");
  await run("verdict 'r{rank}-s{seed}' --metric loss");
});

showsFiles("trackers", async ({ run }) => {
  await run("verdict mlflow.csv --margin 0.05");
  await run("verdict trackio.json");
});

shows("verdict", "a folder and a pattern without runs, refused", async ({ write, run }) => {
  write("folder/notes.txt", "nothing\n");
  await run("verdict folder");
  await run("verdict 'r{rank}-s{seed}'");
  await run("verdict 'r{seed}'");
  write("r4-s1/notes.txt", "none");
  for (const command of ["verdict", "report", "plan --results"]) await run(`${command} 'r{rank}-s{seed}'`);
});
