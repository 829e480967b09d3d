import { join } from "node:path";
import { ticketsCsv } from "../tickets.ts";
import { writeTinyModel } from "../tiny-model.ts";
import { hideTimes, shows, type Terminal } from "./shows.ts";

function writeTask({ folder, write, hide }: Terminal, type: "bert" | "llama"): string {
  writeTinyModel(join(folder, "tiny"), type);
  write("tickets.csv", ticketsCsv(60));
  hideTimes({ hide });
  hide(/\d\.\d{4}\b/g, "N.NNNN");
  hide(/ONNX Runtime [^\n]*/g, "ONNX Runtime");
  return "train --model tiny --data tickets.csv --label-column queue --epochs 1 --max-length 24 --threads 1 --device cpu";
}

shows("train", "a classifier with DoRA and LoRA+", async (terminal) => {
  const train = writeTask(terminal, "bert");
  await terminal.run(`${train} --rank 3 --seed 5 --dora --lora-plus 4 --out adapter`);
  await terminal.run(`${train} --rank 3 --out adapter`);
});

shows("train", "an adapter in the portable form", async (terminal) => {
  const train = writeTask(terminal, "llama");
  await terminal.run(`${train} --rank 2 --scaling rslora --portable`);
});

shows("train", "the best step of a training that ends early", async (terminal) => {
  const train = writeTask(terminal, "bert").replace("--epochs 1", "--epochs 12");
  terminal.write("tickets.csv", ticketsCsv(240));
  terminal.hide(/\d\.\d{5,}/g, "N.N");
  const fast = `${train} --rank 4 --learning-rate 0.01 --evaluate-every 0.1`;
  await terminal.run(`${fast} --patience 2 --out stopped`);
  await terminal.run(`${fast} --out whole --json --quiet`);
});

shows("train", "a training that diverges", async (terminal) => {
  const train = writeTask(terminal, "llama");
  await terminal.run(`${train} --learning-rate 1e30`);
});

shows("train", "a training that diverges after evaluations on the way", async (terminal) => {
  const train = writeTask(terminal, "llama");
  terminal.hide(/\d\.\d{5,}/g, "N.N");
  const diverging = `${train} --learning-rate 1e30 --evaluate-every 1`;
  await terminal.run(`${diverging} --out adapter`);
  await terminal.run(`${diverging} --out again --json --quiet`);
});
