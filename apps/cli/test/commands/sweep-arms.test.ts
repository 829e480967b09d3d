import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { ticketsCsv } from "../tickets.ts";
import { writeTinyModel } from "../tiny-model.ts";
import { shows, type Terminal } from "./shows.ts";

const runtime = /ONNX Runtime [^\n]*/g;
const seconds = /\b\d+(\.\d+)? s\b/g;

/** A model `tiny`, texts `tickets.csv` of three classes, and a sweep's file with arms. */
function writeArms({ folder, write }: Terminal, more = ""): void {
  writeTinyModel(join(folder, "tiny"));
  write("tickets.csv", ticketsCsv(60));
  write(
    "arms.yaml",
    `model: tiny
data: tickets.csv
label-column: queue
max-length: 24
device: cpu
jobs: 2
seeds: 2
ranks: [1, 2]
arms:
  - name: attention
    targets: attention
  - name: mlp, twice the rate
    rank: 2
    targets: mlp
    learning-rate: 0.001
${more}`,
  );
}

shows("sweep-arms", "a dry run", async (terminal) => {
  terminal.hide(runtime, "ONNX Runtime");
  writeArms(terminal);
  await terminal.run("sweep arms.yaml --dry-run");
  await terminal.run("sweep arms.yaml --dry-run --all");
  await terminal.run("plan arms.yaml");
});

shows("sweep-arms", "costs with units order arms, and a race needs them", async (terminal) => {
  terminal.hide(runtime, "ONNX Runtime");
  const { folder, write, run } = terminal;
  writeTinyModel(join(folder, "tiny"));
  write("tickets.csv", ticketsCsv(60));
  const file = (small: string, large: string, method = "grid") =>
    `seeds: 3
method: ${method}
arms:
  - {name: large, base: models/large${large}}
  - {name: small, base: models/small${small}}
trainer:
  command: [python, train.py, "{base}", "{rank}"]
`;
  write("costs.yaml", file(", cost: 0.5 GPU hours", ", cost: 2 GPU hours", "race"));
  await run("sweep costs.yaml --dry-run");
  write("one-cost.yaml", file(", cost: 0.5 GPU hours", ""));
  await run("sweep one-cost.yaml --dry-run");
  write("units.yaml", file(", cost: 0.5 GPU hours", ", cost: 2 EUR"));
  await run("sweep units.yaml --dry-run");
  write("race.yaml", file("", "", "race"));
  await run("sweep race.yaml --dry-run");
});

shows("sweep-arms", "what is wrong in arms is named with the arm", async (terminal) => {
  const { write, run } = terminal;
  writeArms(
    terminal,
    `  - {rank: 0, method: qlora, target: mlp}
  - {name: "", cost: cheap}
  - name
`,
  );
  await run("sweep arms.yaml --dry-run");
  writeArms(terminal, "  - {name: too large, rank: 64}\n");
  await run("sweep arms.yaml --dry-run");
  writeArms(terminal, "  - {name: no layer, targets: [q_proj, nothing]}\n");
  await run("sweep arms.yaml --dry-run");
  writeArms(terminal, "  - {name: Attention R1, rank: 1}\n");
  await run("sweep arms.yaml --dry-run");
  writeArms(terminal, "  - {name: base, rank: 2, base: other}\n");
  await run("sweep arms.yaml --dry-run");
  writeArms(terminal);
  for (const flags of ["--method probe", "--robustness", "--learning-rate auto"])
    await run(`sweep arms.yaml --dry-run ${flags}`);
  write("empty.yaml", "arms: []\n");
  await run("sweep empty.yaml --dry-run");
});

shows("sweep-arms", "a sweep of arms, and what is asked of its folder", async (terminal) => {
  const { folder, hide, run } = terminal;
  hide(runtime, "ONNX Runtime");
  hide(seconds, "N s");
  writeArms(terminal);
  hide(/\b\d+ MB\b/g, "N MB");
  await run("sweep arms.yaml --out out --quiet");
  expect(existsSync(join(folder, "out/adapters/attention-r1/adapter_config.json"))).toBe(true);
  const results = JSON.parse(readFileSync(join(folder, "out/results.json"), "utf8"));
  expect(results.decision.axis.names).toEqual(results.sweep.axis.names);
  await run("sweep --out out");
  await run("status out");
  await run("config out/adapters/mlp-twice-the-rate --for peft");
  await run("cancel out 'mlp, twice the rate'");
});
