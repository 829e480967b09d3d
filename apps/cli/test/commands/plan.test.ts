import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, vi } from "vitest";
import { recipesFolder } from "../../src/settings/recipes.ts";
import { ticketsCsv } from "../tickets.ts";
import { writeTinyModel } from "../tiny-model.ts";
import { csv, outcomes } from "./runs.ts";
import { shows } from "./shows.ts";

/** The plan warns where less memory is free. */
beforeEach(() => vi.spyOn(process, "availableMemory").mockReturnValue(16e9));
afterEach(() => vi.restoreAllMocks());

const small =
  "--ranks 2,4 --targets q_proj,v_proj --epochs 0.5 --train-examples 40 --validation-examples 60 --jobs 2 --threads 1";

shows("plan", "for any trainer", async ({ run }) => {
  await run("plan --examples 872 --seeds 3 --margin 0.01");
  await run("plan --examples 872 --seeds 3 --margin 0.01 --all");
  await run("plan --examples 20");
});

shows("plan", "from outcomes", async ({ write, run }) => {
  write("outcomes.csv", csv(outcomes));
  await run("plan --results outcomes.csv --seeds 8");
  await run("plan --results outcomes.csv --seeds 8 --all");
  write("losses.csv", csv(outcomes.map((row, i) => ({ ...row, logLoss: 1.2 - row.correct + (i % 7) / 50 }))));
  await run("plan --results losses.csv --metric log-loss --all");
  write("first-seed.csv", csv(outcomes.filter(({ seed }) => seed === 1)));
  await run("plan --results first-seed.csv");
});

shows("plan", "a sweep of the starter", async ({ run, hide }) => {
  hide(/(?<=ONNX Runtime ).+/g, "VERSION");
  await run(`plan ${small}`);
  await run(`plan ${small} --all`);
  await run(`plan ${small} --metric log-loss`);
});

shows("plan", "a race, a probe and checks", async ({ run }) => {
  await run(`plan ${small} --ranks 2,4,8 --seeds 10 --method race`);
  await run(`plan ${small} --ranks 2,4,8 --seeds 10 --method probe --robustness`);
});

shows("plan", "a table of texts on a model in a folder", async ({ folder, write, run }) => {
  writeTinyModel(join(folder, "tiny"));
  write("tickets.csv", ticketsCsv(60).replace("queue", "label"));
  await run("plan --model tiny --data tickets.csv --ranks 1,2 --jobs 1 --threads 1 --max-length 32");
});

shows("plan", "a sweep's file of another trainer", async ({ folder, run }) => {
  cpSync(join(recipesFolder(), "stand-in"), folder, { recursive: true });
  await run("plan sweep.yaml");
  await run("plan sweep.yaml --print-config");
});

shows("plan", "a model near published sweeps", async ({ folder, hide, write, run }) => {
  hide(/(?<=ONNX Runtime ).+/g, "VERSION");
  writeTinyModel(join(folder, "base"));
  const config = JSON.parse(readFileSync(join(folder, "base/config.json"), "utf8"));
  const layers = { hidden_size: 512, intermediate_size: 1376, num_hidden_layers: 4 };
  write(
    "base/config.json",
    JSON.stringify({ ...config, ...layers, num_attention_heads: 8, num_key_value_heads: 8 }),
  );
  await run(
    "plan --model base --weights random --train-examples 500 --validation-examples 60 --jobs 1 --threads 1 --all",
  );
});

shows("plan", "refused", async ({ write, run }) => {
  write("unknown.yaml", "model: starter\nrank: 4\n");
  for (const words of [
    "--examples 20 --ranks 4",
    "--seeds 0 --margin 2",
    "--results nothing",
    "unknown.yaml",
    "--data nothing.csv",
    "--examples 0",
  ])
    await run(`plan ${words}`);
});
