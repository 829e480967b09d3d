import { join } from "node:path";
import { ticketsCsv } from "../tickets.ts";
import { writeTinyModel } from "../tiny-model.ts";
import { shows } from "./shows.ts";

shows("train", "refused", async ({ folder, run, write }) => {
  writeTinyModel(join(folder, "tiny"));
  write("tickets.csv", ticketsCsv(60));
  const train = "train --model tiny --data tickets.csv --label-column queue --device cpu";
  await run(`${train} --dora --portable`);
  await run(`${train} --rank 9`);
  await run(`${train} --rank 0 --seed half --learning-rate auto`);
  await run(`${train} --compute float16`);
  write("notes/todo.txt", "mine");
  await run(`${train} --out notes`);
  await run(`${train} --out notes --force`);
  await run(`${train} --out tickets.csv/out`);
  await run(`${train} --patience 2`);
  await run(`${train} --evaluate-every 2.5 --patience 0`);
});

shows("train", "the config", async ({ write, run }) => {
  write("sweep.yaml", "model: tiny\ndata: tickets.csv\nranks: [2, 4]\nalpha: rank\n");
  await run("train sweep.yaml --rank 4 --print-config");
});
