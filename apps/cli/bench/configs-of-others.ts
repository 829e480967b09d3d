/**
 * Asks `lorank memory` about each config of `configs.csv`, without a hub, and compares the answer with what that file
 * says of it. `npx tsx apps/cli/bench/configs-of-others.ts FOLDER` takes a folder with the four repositories, each
 * under its name (`FOLDER/axolotl`), at the commits of `commits.json`. `--write` writes the page in docs/checked.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { OneModelDocument } from "../src/commands/memory/memory.ts";
import { type Outcome, pageOf, type Row } from "./configs-of-others/page.ts";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const main = at("../src/main.ts");
const page = at("../../../docs/checked/configs-of-others.md");

function rowsOf(csv: string): Row[] {
  const [head, ...lines] = csv.trim().split("\n");
  const names = head!.split(",");
  return lines.map((line) => {
    const fields = Object.fromEntries(line.split(",").map((field, index) => [names[index]!, field]));
    const { repository, path, told, ...expected } = fields as Record<string, string>;
    return { repository: repository!, path: path!, told: told!.split("; ").filter(Boolean), expected };
  });
}

async function ask(row: Row, folder: string, cache: string): Promise<Outcome> {
  const file = join(folder, row.repository.split("/")[1]!, row.path);
  const { code, out, problem } = await run(["memory", file, "--json"], cache);
  if (code === 0) {
    const document = JSON.parse(out) as OneModelDocument;
    const notCounted = document.notCounted.map(({ what, from }) => (from ? `${what} (${from})` : what));
    return { row, words: document.answer, kind: "answered", wrong: differences(row, document), notCounted };
  }
  const words = problem
    .replace(/^error: /, "")
    .replaceAll(file, row.path.split("/").at(-1)!)
    .replace(/:? must be in the cache .*/s, ": the model's config must be given");
  const isAsked = /must be given|must be a (folder|name)/.test(words);
  return {
    ...{ row, words: words.split("\n")[0]!, kind: isAsked ? "asked" : "refused" },
    ...{ wrong: [], notCounted: [] },
  };
}

function run(words: readonly string[], cache: string) {
  const node = ["--conditions=@lorank/source", "--import", "tsx", main, ...words];
  const env = { ...process.env, HF_HUB_OFFLINE: "1", HF_HOME: cache };
  return new Promise<{ code: number; out: string; problem: string }>((ended) => {
    execFile(process.execPath, node, { env, maxBuffer: 2 ** 26 }, (error, out, problem) =>
      ended({ code: error === null ? 0 : Number(error.code), out, problem }),
    );
  });
}

/** Differences between a config's meaning and the answer's: `rank 8, not 16`. */
function differences({ expected, told: mentions }: Row, document: OneModelDocument): string[] {
  const { model, method, base, ranks, targets, microBatch, seq, settings, from, notCounted, config } =
    document;
  const notes = config?.notes ?? [];
  const [, objective = "sft"] = / → objective (\w+)/.exec(notes.join("\n")) ?? [];
  const isOpen = /^(default|the longest)/.test(String(from.seq));
  // The key is older than the estimates of objectives, and than AdamW in a single kernel as an optimiser of its own.
  const told = mentions.filter((word) => word !== "supervised" || document.objective === undefined);
  const got: Readonly<Record<string, unknown>> = {
    ...settings,
    optimizer: settings.optimizer === "adamw-fused" ? "adamw" : settings.optimizer,
    ...{ model: model.name, method, base, objective, microBatch },
    rank: method === "full" ? "" : ranks.join(" "),
    targets: method === "full" ? "" : [targets].flat().join(" "),
    seq: isOpen ? "open" : seq,
    ...(method === "full" && { adapterDtype: "" }),
  };
  const wrong = Object.entries(expected)
    .filter(([name, value]) => value !== "" && sorted(String(got[name])) !== sorted(value))
    .map(([name, value]) => `${name} ${got[name]}, not ${value}`);
  const said = JSON.stringify([notes, notCounted, document.shared, document.assumptions]);
  return [...wrong, ...told.filter((word) => !said.includes(word)).map((word) => `says nothing of ${word}`)];
}

function sorted(names: string): string {
  return names.split(" ").toSorted().join(" ");
}

async function examine(folder: string): Promise<Outcome[]> {
  const rows = rowsOf(readFileSync(at("configs-of-others/configs.csv"), "utf8"));
  const cache = mkdtempSync(join(tmpdir(), "lorank-no-hub-"));
  try {
    const outcomes: Outcome[] = [];
    for (let start = 0; start < rows.length; start += 2) {
      const pair = rows.slice(start, start + 2).map((row) => ask(row, folder, cache));
      outcomes.push(...(await Promise.all(pair)));
    }
    return outcomes;
  } finally {
    rmSync(cache, { recursive: true });
  }
}

const counts = (outcomes: readonly Outcome[]) => ({
  configs: outcomes.length,
  answered: outcomes.filter(({ kind }) => kind === "answered").length,
  right: outcomes.filter(isRight).length,
  whole: outcomes.filter((each) => isRight(each) && each.notCounted.length === 0).length,
  asked: outcomes.filter(({ kind }) => kind === "asked").length,
  refused: outcomes.filter(({ kind }) => kind === "refused").length,
});

function isRight({ kind, wrong }: Outcome): boolean {
  return kind === "answered" && wrong.length === 0;
}

const [folder, ...flags] = process.argv.slice(2);
if (folder === undefined) throw new Error("configs-of-others.ts needs a folder with the four repositories");
const outcomes = await examine(folder);
console.log(JSON.stringify(counts(outcomes)));
for (const { row, words, kind, wrong } of outcomes) {
  if (kind !== "answered") console.log(`${kind}: ${row.path}: ${words.slice(0, 160)}`);
  if (wrong.length > 0) console.log(`wrong: ${row.path}: ${wrong.join("; ")}`);
}
if (flags.includes("--write")) {
  const commits = JSON.parse(readFileSync(at("configs-of-others/commits.json"), "utf8")) as Record<
    string,
    string
  >;
  writeFileSync(page, pageOf(outcomes, commits, counts));
}
