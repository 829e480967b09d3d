import { join } from "node:path";
import { writePeftAdapter } from "@lorank/checkpoint/files";
import { foreignAdapter, smallAdapter } from "../small-adapter.ts";
import { writeTinyModel } from "../tiny-model.ts";
import { shows, type Terminal } from "./shows.ts";
import { sweepFolder } from "./sweep-folder.ts";

const onRows = "--data weather.csv --max-length 16 --device cpu";

/** A model `tiny`, an adapter `r3` of three classes on it, one without their names, and texts. */
function writeTask({ folder, write, hide }: Terminal): void {
  writeTinyModel(join(folder, "tiny"));
  writePeftAdapter(join(folder, "r3"), smallAdapter({ classNames: ["cold", "warm", "wet"] }));
  writePeftAdapter(join(folder, "nameless"), smallAdapter());
  const rows = ["snow and snow,cold", "ice and ice,cold", "sun and sun,warm", "rain and rain,wet"];
  write("weather.csv", ["text,label", ...rows, ""].join("\n"));
  hide(/(\d\.\d\d)\d\d nats/g, "$1… nats"); // the last digits are the processor's
}

shows("eval", "classes of an adapter", async (terminal) => {
  writeTask(terminal);
  await terminal.run(`eval tiny --adapter r3 ${onRows} --out outcomes.jsonl`);
  await terminal.run(`eval tiny --adapter nameless ${onRows}`);
  await terminal.run(`eval tiny --adapter r3 ${onRows} --max-length 3`);
});

shows("eval", "responses of a base", async (terminal) => {
  writeTask(terminal);
  terminal.write("replies.jsonl", '{"prompt":"a","response":"b"}\n{"prompt":"c","response":"d"}\n');
  await terminal.run("eval tiny --data replies.jsonl --device cpu");
});

shows("eval", "rows of a pipe, of which one lacks a part", async (terminal) => {
  writeTask(terminal);
  terminal.write("pairs.csv", "prompt;response\nGrüße, Jörg;Hallo\nBis bald;Ja\n;nothing asked\n");
  const line = "eval tiny --data - --delimiter ; --max-length 8 --device cpu";
  await terminal.run(`${line} < pairs.csv`);
  await terminal.run(`${line} --skip-invalid < pairs.csv`);
});

shows("eval", "the base of a sweep of classes, refused", async (terminal) => {
  await sweepFolder(terminal);
  writeTinyModel(join(terminal.folder, "tiny"));
  terminal.write("swept/settings.json", JSON.stringify({ folder: "/", settings: { model: "tiny" } }));
  await terminal.run("eval swept");
});

shows("eval", "refused", async (terminal) => {
  const { folder, run, write } = terminal;
  writeTask(terminal);
  await run("eval --task guess --threads 0");
  await run("eval none --data weather.csv");
  await run("eval tiny --data weather.csv");
  await run("eval tiny --adapter r3 --data weather.csv --gradients");
  write("other.csv", "text,label\nhail,hard\n");
  await run("eval tiny --adapter r3 --data other.csv");
  await run("eval tiny --adapter r3 --data other.csv --labels a,b");
  await run("eval tiny --adapter r3 --data weather.csv --split test");
  await run("eval r3 --adapter r3 --data weather.csv");
  await run("eval tiny --tensors x --out y --data weather.csv --text-column text");
  write("broken.safetensors", "no header");
  await run("eval tiny --tensors broken.safetensors --out x.safetensors");
  await run("eval tiny --tensors broken.safetensors --gradients");
  await run("eval tiny --epochs auto");
  await run("eval tiny --encoding utf-8");
  writePeftAdapter(join(folder, "foreign"), foreignAdapter());
  await run("eval tiny --adapter foreign --data weather.csv");
  write("notes/todo.txt", "");
  await run("eval notes --data weather.csv");
});
