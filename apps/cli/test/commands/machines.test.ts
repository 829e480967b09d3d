import { watchedSweep } from "../watched-sweep.ts";
import { shows } from "./shows.ts";

shows("completion", "refused", async ({ run }) => {
  await run("completion fisch");
  await run("completion");
});

shows("worker", "refused", async ({ run, write }) => {
  write("out/notes.txt", "");
  await run("worker out");
  await run("worker out --redis redis://127.0.0.1:1");
  write("trainer.yaml", "ranks: [2, 4]\nseeds: 1\ntrainer:\n  command: [node, train.mjs]\n");
  await run("sweep trainer.yaml --executor bullmq");
  await run("sweep trainer.yaml --executor bullmq --redis redis://:s3cret@127.0.0.1:1");
});

shows("watch", "refused", async ({ run, write, hide }) => {
  write("out/notes.txt", "");
  await run("watch");
  await run("watch out");
  const { out } = watchedSweep();
  hide(new RegExp(out, "g"), "SWEEP");
  await run(`watch ${out} --port 70000`);
});

shows("mcp", "refused", async ({ run }) => {
  await run("mcp extra");
  await run("mcp --port 3000");
});
