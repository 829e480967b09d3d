// The document of each command's --json against its JSON Schema. `cli` checks those of all other tests too.
import { cpSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writePeftAdapter } from "@lorank/checkpoint/files";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { schemasFolder, withoutDocument } from "../scripts/document-schemas.ts";
import { commandsFor } from "../src/commands/commands.ts";
import { recipesFolder } from "../src/settings/recipes.ts";
import { cli } from "./cli.ts";
import { assertDocument } from "./document-schema.ts";
import { cliHere } from "./here.ts";
import { smallAdapter } from "./small-adapter.ts";
import { ticketsCsv } from "./tickets.ts";
import { writeTinyModel } from "./tiny-model.ts";

const commands = await commandsFor();

const folder = temporaryFolder();
cpSync(join(recipesFolder(), "stand-in"), folder, { recursive: true });
writeTinyModel(join(folder, "tiny"));
writePeftAdapter(join(folder, "r3"), smallAdapter());
writePeftAdapter(join(folder, "headless"), smallAdapter({ heads: new Map(), taskType: "CAUSAL_LM" }));
writeFileSync(join(folder, "tickets.csv"), ticketsCsv(60).replace("queue", "label"));
writeFileSync(join(folder, "answers.jsonl"), '{"prompt":"1+1","answer":"2","reference":"2"}\n');

/** A command line of each command, in an order in which each finds what it needs. */
const lines: Readonly<Record<string, string>> = {
  sweep: "sweep.yaml --ranks 1,4 --seeds 2 --epochs 4 --out out",
  plan: "--examples 800 --seeds 3",
  status: "out",
  watch: "out",
  logs: "out r1-s1",
  cancel: "out",
  init: "new --trainer stand-in",
  train:
    "--model tiny --data tickets.csv --rank 2 --epochs 1 --max-length 16 --targets q_proj,v_proj -o trained",
  eval: "tiny --adapter trained --data tickets.csv --max-length 16",
  generate: "tiny --prompt-ids 3,14 --max-new-tokens 2 --ignore-eos",
  memory: "llama-3.1-8b qwen3-8b --gpu 24GB --method compare",
  inspect: "r3",
  truncate: "r3 --rank 2 -o r2",
  merge: "tiny r3 -o merged",
  export: "r3 -o portable",
  quantize: "tiny -o nf4",
  report: "out",
  judge: "answers.jsonl --metric equals",
  verdict: "out",
  compare: "out 0.81,0.83,0.82",
  config: "out --rank 4 --for peft",
  doctor: "",
  completion: "bash",
};

test("every command has a schema, or prints nothing", () => {
  const names = commands.map(({ name }) => name).filter((name) => !withoutDocument.includes(name));
  const files = readdirSync(schemasFolder).map((file) => file.replace(/\.json$/, ""));
  expect(files.toSorted()).toEqual([...names, "error"].toSorted());
  expect(Object.keys(lines).toSorted()).toEqual(names.toSorted());
});

function watchEnded(args: readonly string[]) {
  const onStderr = (text: string, kill: (signal: NodeJS.Signals) => void) => {
    if (text.includes("Ctrl-C")) kill("SIGINT");
  };
  return cli(args, { cwd: folder, onStderr });
}

test.each(Object.entries(lines))("%s", async (command, line) => {
  const words = line.split(" ").filter((word) => word !== "");
  const args = [command, ...words, "--json"];
  const run = command === "watch" ? await watchEnded(args) : await cliHere(args, { cwd: folder });
  expect(run.code, run.stderr).toBe(0);
  assertDocument(command, run.stdout);
});

test.each([
  "memory starter --profile lorank --ranks 4",
  "memory --list",
  "memory llama-3.1-8b --method full",
  "memory llama-3.1-70b --method qlora --gpu 2x24GB --strategy fsdp",
  "plan sweep.yaml --results out",
  "plan --model tiny --data tickets.csv --ranks 1,2",
  "plan sweep.yaml --print-config",
  "sweep sweep.yaml --dry-run --out other",
  "sweep --model tiny --data tickets.csv --ranks 1,2 --dry-run --out another",
  "sweep sweep.yaml --executor slurm --dry-run --out third",
  "export headless --format gguf --base tiny -o headless.gguf",
  "logs out",
  "verdict out --metric log-loss --confidence 0.9",
])("%s", async (line) => {
  const run = await cliHere([...line.split(" "), "--json"], { cwd: folder });
  expect(run.code, run.stderr).toBe(0);
});

test("a document that lacks a member, or has another type, is refused", () => {
  expect(() => assertDocument("watch", '{"out":"here"}')).toThrow("must have required property 'address'");
  expect(() => assertDocument("report", '{"report":"a","bytes":"1","verdict":"confident"}')).toThrow(
    "data/bytes must be number",
  );
});
