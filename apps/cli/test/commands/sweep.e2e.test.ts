import { join } from "node:path";
import { ticketsCsv, ticketsJsonl } from "../tickets.ts";
import { writeTinyModel } from "../tiny-model.ts";
import { hideTimes, shows, type Terminal } from "./shows.ts";

/**
 * Writes a trainer of fixed outcomes, of which rank 8 and above have more right, and a sweep of it over `ranks`. `fault` is
 * JavaScript that sees `rank` and `seed`, and may end the trial.
 */
function writeTrainer({ write, hide }: Terminal, ranks: readonly number[], fault = ""): string {
  const script = `const [rank, seed] = [Number(process.env.LORANK_RANK), Number(process.env.LORANK_SEED)];
const end = (words, code) => { console.error(words); process.exit(code); };
${fault}
const isRight = (e) => ((e * 7919 + seed * 104729 + Math.min(rank, 8) * 1299709) % 1009) % 100 < (rank < 8 ? 70 : 88) + (seed % 2) ? 1 : 0;
const rows = Array.from({ length: 400 }, (_, e) => [e, isRight(e), e % 2].join(","));
require("node:fs").writeFileSync(process.env.LORANK_OUT + "/outcomes.csv", ["example,correct,label", ...rows].join("\\n"));
`;
  write("train.cjs", script);
  const trainer = "trainer:\n  command: [node, train.cjs]\n  exit-codes: { out-of-memory: 4 }\n";
  write("sweep.yaml", `ranks: [${ranks}]\nseeds: 2\nout: out\nmax-attempts: 1\n${trainer}`);
  hideTimes({ hide });
  return "sweep sweep.yaml";
}

shows("sweep", "a trainer by command", async (terminal) => {
  const sweep = writeTrainer(terminal, [4, 8]);
  await terminal.run(sweep);
  await terminal.run(sweep);
  await terminal.run("sweep --out out --ranks 4,8,16 --extend");
  await terminal.run(`${sweep} --seeds 3`);
});

shows("sweep", "a trial that fails", async (terminal) => {
  const sweep = writeTrainer(
    terminal,
    [4, 8],
    'if (rank === 8 && seed === 2 && !require("node:fs").existsSync("mended")) end("the disk is full", 1);',
  );
  await terminal.run(sweep);
  terminal.write("mended", "");
  await terminal.run(sweep);
});

shows("sweep", "ranks that always fail", async (terminal) => {
  const sweep = writeTrainer(
    terminal,
    [4, 8, 32, 64],
    'if (rank === 32) end("CUDA out of memory", 4);\nif (rank === 64) end("KeyError: lm_head", 1);',
  );
  await terminal.run(sweep);
  await terminal.run("cancel out r64");
  await terminal.run("sweep --out out --ranks 4,8");
});

/** Writes a model `tiny`, and returns a sweep of it under one seed. Figures are left out: the last digits are the processor's. */
function writeTiny({ folder, hide }: Terminal): string {
  writeTinyModel(join(folder, "tiny"));
  hideTimes({ hide });
  hide(/\d+ MB/g, "N MB");
  hide(/\d\.\d{3,4}\b/g, "N.NNN");
  hide(/^! .*: step .*\n/gm, ""); // a fast trial shows none
  hide(/ONNX Runtime [^\n]*/g, "ONNX Runtime");
  return "sweep --model tiny --ranks 1,2 --seeds 1 --epochs 1 --max-length 40 --jobs 1 --device cpu --out out";
}

shows("sweep", "texts on this engine", async (terminal) => {
  const sweep = writeTiny(terminal);
  terminal.write("tickets.csv", ticketsCsv(60));
  await terminal.run(`${sweep} --data tickets.csv --label-column queue`);
  await terminal.run("sweep --out out");
  await terminal.run("sweep --out out --max-length 4");
  await terminal.run("sweep --out out --dora --lora-plus 2");
  await terminal.run("eval out/adapters/r2");
  await terminal.run("eval out/adapters/r2 --data tickets.csv --label-column queue");
});

shows("sweep", "answers on this engine", async (terminal) => {
  const sweep = writeTiny(terminal);
  terminal.write("replies.jsonl", ticketsJsonl(40));
  await terminal.run(`${sweep} --data replies.jsonl --metric contains --max-new-tokens 2`);
  await terminal.run("judge out --metric contains --metric is-json");
});
