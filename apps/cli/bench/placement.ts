/**
 * Placements at equal parameters by the PEFT recipe, on few e-mails: `bench/placement.ts PYTHON MODEL FOLDER`. Writes the
 * recipe with `lorank init --arms placement`, runs its sweep and prints a table. MODEL is a folder; PYTHON has the packages
 * of the recipe's requirements.txt. An interrupted sweep goes on.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseResults } from "@lorank/evidence/parse";
import type { Results } from "@lorank/evidence/results";
import { spamAssassin } from "@lorank/starter";

const [python, model, folder] = process.argv.slice(2) as [string, string, string];
const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
/** E-mails of each split: how many, of so many at equal distances. */
const counts = { train: [96, 100], validation: [200, 200] } as const;

function lorank(words: readonly string[], cwd: string): void {
  const node = ["--conditions=@lorank/source", "--import", import.meta.resolve("tsx"), main];
  const env = { ...process.env, HF_HUB_OFFLINE: "1", OMP_NUM_THREADS: "1" };
  execFileSync(process.execPath, [...node, ...words], { cwd, env, stdio: "inherit" });
}

/** Rows at equal distances, so that senders and months are mixed. */
function spread<Row>(rows: readonly Row[], [count, of]: readonly [number, number]): Row[] {
  return Array.from({ length: count }, (_, i) => rows[Math.ceil((i * rows.length) / of)]!);
}

function prepare(): void {
  mkdirSync(folder, { recursive: true });
  const emails = spamAssassin();
  const rows = (["train", "validation"] as const).flatMap((split) =>
    spread(emails[split], counts[split]).map(({ id, text, label }) => ({ id, text, label, split })),
  );
  const data = join(folder, "emails.jsonl");
  writeFileSync(data, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const words = ["--trainer", "peft", "--arms", "placement", "--model", model, "--data", data];
  lorank(["init", join(folder, "recipe"), ...words], process.cwd());
  const file = join(folder, "recipe", "sweep.yaml");
  const sweep = readFileSync(file, "utf8")
    .replaceAll("[python, ", `[${JSON.stringify(python)}, `)
    .replaceAll(", --data, ", ', --max-length, "32", --data, ')
    .replace(/^epochs: 2$/m, "epochs: 4");
  writeFileSync(file, sweep);
}

const percent = (share: number): string => (100 * share).toFixed(1);
const interval = ([low, high]: readonly [number, number]): string => `${percent(low)} to ${percent(high)}`;

function printTable({ trials, decision }: Results): void {
  const names = decision.axis!.names;
  console.log(
    "| arm | accuracy, % | minus the best's, joint interval | parameters of A and B | peak memory, MB |",
  );
  console.log("| --- | --: | --: | --: | --: |");
  for (const { rank, accuracy, differenceToBest, differenceInterval } of decision.ranks) {
    const name = names[rank - 1]!;
    const own = trials.filter(({ spec }) => spec.arm === name);
    const parameters = [...new Set(own.map(({ loraParams = 0 }) => loraParams.toLocaleString("en")))];
    const peak = Math.max(...own.map(({ measured }) => measured.peakResidentBytes ?? 0)) / 1e6;
    const difference = `${percent(differenceToBest)} (${interval(differenceInterval)})`;
    console.log(
      `| ${name} | ${percent(accuracy!)} | ${difference} | ${parameters.join(", ")} | ${peak.toFixed(0)} |`,
    );
  }
}

if (!existsSync(join(folder, "recipe"))) prepare();
lorank(["sweep", "sweep.yaml"], join(folder, "recipe"));
const results = join(folder, "recipe", "lorank-peft-placement", "results.json");
printTable(parseResults(JSON.parse(readFileSync(results, "utf8"))) as Results);
