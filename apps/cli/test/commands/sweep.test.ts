import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { ticketsCsv, ticketsJsonl } from "../tickets.ts";
import { writeTinyModel } from "../tiny-model.ts";
import { shows, type Terminal } from "./shows.ts";
import { sweepFolder } from "./sweep-folder.ts";

const onTiny = "--model tiny --data tickets.csv --label-column queue --max-length 24 --device cpu";

/** A model `tiny` and texts `tickets.csv` of three classes. */
function writeTask({ folder, write }: Terminal): void {
  writeTinyModel(join(folder, "tiny"));
  write("tickets.csv", ticketsCsv(60));
}

const runtime = /ONNX Runtime [^\n]*/g;

shows("sweep", "a dry run", async (terminal) => {
  terminal.hide(runtime, "ONNX Runtime");
  writeTask(terminal);
  await terminal.run(`sweep ${onTiny} --ranks 1,2 --seeds 2 --jobs 2 --dry-run`);
  await terminal.run(
    `sweep ${onTiny} --jobs 2 --ranks 1,2,4 --method race --seeds 6 --alpha rank --portable --learning-rate auto --epochs auto --dry-run`,
  );
});

shows("sweep", "a dry run on texts that are cut and repeated", async (terminal) => {
  const { folder, hide, run, write } = terminal;
  hide(runtime, "ONNX Runtime");
  writeTinyModel(join(folder, "tiny"));
  const rows = Array.from({ length: 40 }, (_, i) => {
    const [label, split] = [i % 4 === 0 ? "spam" : "ham", i < 30 ? "train" : "validation"];
    return `${"x".repeat(1 + (i % 30))} about nothing at all and then a little more,${label},${split}`;
  });
  write("texts.csv", ["text,label,split", ...rows, ""].join("\n"));
  const sweep = "sweep --model tiny --data texts.csv --max-length 8 --ranks 2,4 --device cpu";
  await run(`${sweep} --dry-run --jobs 2 --keep-overlap`);
  await run(sweep);
});

shows("sweep", "a dry run for Slurm", async (terminal) => {
  terminal.hide(runtime, "ONNX Runtime");
  writeTask(terminal);
  await terminal.run(`sweep ${onTiny} --ranks 1,2 --seeds 2 --executor slurm --partition gpu --dry-run`);
});

shows("sweep", "a dry run of a trainer by command", async ({ write, run }) => {
  write(
    "trainer.yaml",
    `ranks: [2, 8]
seeds: 3
alpha: 16
learning-rate: 0.001
trainer:
  command: [python, train.py, --rank, "{rank}"]
  evaluate: [python, evaluate.py, "{adapter}", "{out}"]
  timeout: 2h
`,
  );
  await run("sweep trainer.yaml --dry-run");
  await run("sweep trainer.yaml --ranks 4 --dry-run");
});

/** A finished sweep in `out`, and the file that it was run from. */
async function writeFinished(terminal: Terminal): Promise<string> {
  await sweepFolder(terminal, { trainer: { command: ["node", "train.cjs"], files: [] } }, "out");
  const trainer = "trainer:\n  command: [node, train.cjs]\n  name: example\n";
  terminal.write(
    "sweep.yaml",
    `ranks: [4, 8, 16]\nseeds: [0, 1, 2, 3, 4]\nmargin: 0.03\nout: out\n${trainer}`,
  );
  return "sweep sweep.yaml";
}

shows("sweep", "resumed with nothing to do", async (terminal) => {
  const sweep = await writeFinished(terminal);
  await terminal.run(sweep);
  await terminal.run(`${sweep} --ranks 4,8`);
  await terminal.run(sweep);
  await terminal.run(`${sweep} --all`);
  await terminal.run(`${sweep} --json --metric log-loss`);
});

shows("sweep", "other settings than the folder's", async (terminal) => {
  const sweep = await writeFinished(terminal);
  await terminal.run(`${sweep} --seeds 3`);
  await terminal.run(`${sweep} --alpha 16 --learning-rate 0.001`);
  await terminal.run(`${sweep} --method race`);
  await terminal.run(`${sweep} --margin 0.01`);
});

shows("sweep", "the config", async ({ write, run }) => {
  write("sweep.yaml", "# our tickets\nmodel: tiny\ndata: tickets.csv\nranks: [2, 4]\nmargin: 0.02\n");
  await run("sweep sweep.yaml --seeds 2 --print-config");
});

shows("sweep", "a file with faults", async ({ write, run }) => {
  write("rank.yaml", "model: tiny\nrank: [1]\n");
  await run("sweep rank.yaml");
  write("several.yaml", "ranks: [4, 4]\nseeds: none\nmargin: -1\ndevice: gpu\nepoch: 2\n");
  await run("sweep several.yaml --confidence 2");
  await run("sweep --ranks , --margin 2%");
  write("broken.yaml", "ranks: [4, 8\nseeds: 2\n");
  await run("sweep broken.yaml");
  await run("sweep none.yaml");
  write(
    "trainer.yaml",
    "ranks: [2, 4]\nmodel: tiny\nlearning-rate: auto\ntrainer:\n  command: [node, train.mjs]\n",
  );
  await run("sweep trainer.yaml");
  write("half.yaml", "ranks: [2, 4]\ntrainer:\n  comand: node train.mjs\n");
  await run("sweep half.yaml");
});

shows("sweep", "a model that does not fit", async (terminal) => {
  const { folder, run, write } = terminal;
  writeTask(terminal);
  await run("sweep --model nowhere --ranks 1,2");
  await run("sweep --model tiny --ranks 4,9");
  await run("sweep --model tiny --ranks 0,4");
  await run("sweep --model tiny --ranks 1,2 --targets q_porj");
  write("mamba/config.json", '{"model_type":"mamba","hidden_size":16}');
  await run("sweep --model mamba");
  const weights = readFileSync(join(writeTinyModel(join(folder, "cut")), "model.safetensors"));
  write("cut/model.safetensors", weights.subarray(0, 5000));
  await run("sweep --model cut --ranks 1,2");
  writeTinyModel(join(folder, "mute"));
  write("mute/tokenizer.json", "{}");
  await run("sweep --model mute --ranks 1,2");
  writeTinyModel(join(folder, "bert"), "bert");
  write("replies.jsonl", '{"prompt":"a","response":"b"}\n{"prompt":"c","response":"d"}\n');
  await run("sweep --model bert --ranks 1,2 --data replies.jsonl");
  expect(existsSync(join(folder, "lorank-sweep"))).toBe(false);
});

shows("sweep", "data with faults", async (terminal) => {
  const { run, write } = terminal;
  writeTask(terminal);
  const tiny = "sweep --model tiny --ranks 1,2 --max-length 32";
  await run(`${tiny} --data none.csv`);
  await run(`${tiny} --data tickets.csv --label-column lable`);
  write("gap.csv", `${ticketsCsv(20)}no class,\n`);
  await run(`${tiny} --data gap.csv --label-column queue`);
  write("split.csv", "text,label,split\none,a,train\ntwo,b,train\nthree,c,validation\n");
  await run(`${tiny} --data split.csv`);
  write("same.csv", `text,label\n${"one text,a\n".repeat(20)}`);
  await run(`${tiny} --data same.csv`);
  expect(existsSync(join(terminal.folder, "lorank-sweep"))).toBe(false);
});

shows("sweep", "a metric that does not fit", async (terminal) => {
  const { run, write } = terminal;
  writeTask(terminal);
  write("say.jsonl", ticketsJsonl(40));
  await run(`sweep ${onTiny} --metric equals`);
  const answers = "sweep --model tiny --data say.jsonl --task instruction --ranks 1,2";
  await run(`${answers} --metric equal`);
  await run(`${answers} --max-new-tokens 6`);
  expect(existsSync(join(terminal.folder, "lorank-sweep"))).toBe(false);
});

shows("sweep", "a folder that is none of its own", async (terminal) => {
  const { run, write } = terminal;
  writeTask(terminal);
  await run(`sweep ${onTiny} --ranks 1,2 --out tiny`);
  await run(`sweep ${onTiny} --ranks 1,2 --out tickets.csv/out`);
  write("out/sweep.json", "{}");
  await run(`sweep ${onTiny} --ranks 1,2 --out out`);
});
