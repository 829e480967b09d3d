/**
 * Asks `lorank memory` about each config of `configs.csv`, without a hub, and compares the answer with what that file
 * says of it. `npx tsx apps/cli/bench/configs-of-others.ts FOLDER` takes a folder with the four repositories, each
 * under its name (`FOLDER/axolotl`), at the commits of `commits.json`. `--write` writes the page in docs/checked.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runCommandLine } from "../src/command-line.ts";
import type { OneModelDocument } from "../src/commands/memory/memory.ts";
import { type Outcome, pageOf, type Row } from "./configs-of-others/page.ts";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
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

/** Runs a command line in this process: its modules load once for all configs. */
async function run(words: readonly string[], cache: string) {
  Object.assign(process.env, { HF_HUB_OFFLINE: "1", HF_HOME: cache, NO_COLOR: "1" });
  const written = { out: "", problem: "" };
  const keep = (name: keyof typeof written) => (text: string | Uint8Array) => {
    written[name] += String(text);
    return true;
  };
  const { stdout, stderr } = process;
  const [write, warn] = [stdout.write, stderr.write];
  [stdout.write, stderr.write] = [keep("out"), keep("problem")];
  process.exitCode = 0;
  try {
    await runCommandLine(words);
    return { code: Number(process.exitCode), ...written };
  } finally {
    [stdout.write, stderr.write] = [write, warn];
    process.exitCode = 0;
  }
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
    ...{ model: model.name, method, objective, microBatch },
    base: String(from.base).startsWith("taken as") ? "open" : base,
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

const jsonOf = (name: string): Readonly<Record<string, unknown>> =>
  JSON.parse(readFileSync(at(`configs-of-others/${name}`), "utf8"));

/** Configs of the second look, of which nothing is expected but an answer. */
function secondLook(folder: string): Row[] {
  const { folders, leftOut } = jsonOf("second-look.json") as {
    readonly folders: Readonly<Record<string, readonly string[]>>;
    readonly leftOut: readonly string[];
  };
  return Object.entries(folders).flatMap(([repository, names]) => {
    const own = join(folder, repository.split("/")[1]!);
    return names
      .filter((name) => existsSync(join(own, name)))
      .flatMap((name) =>
        readdirSync(join(own, name), { encoding: "utf8", recursive: true })
          .filter((path) => /\.ya?ml$/.test(path) && !leftOut.includes(path.split("/").at(-1)!))
          .map((path): Row => ({ repository, path: join(name, path), told: [], expected: {} })),
      )
      .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  });
}

async function examine(rows: readonly Row[], folder: string): Promise<Outcome[]> {
  const cache = mkdtempSync(join(tmpdir(), "lorank-no-hub-"));
  try {
    const outcomes: Outcome[] = [];
    for (const row of rows) outcomes.push(await ask(row, folder, cache));
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
const outcomes = await examine(rowsOf(readFileSync(at("configs-of-others/configs.csv"), "utf8")), folder);
const second = await examine(secondLook(folder), folder);
console.log(JSON.stringify(counts(outcomes)));
console.log(JSON.stringify({ secondLook: second.length, answered: counts(second).answered }));
for (const { row, words, kind, wrong } of [...outcomes, ...second]) {
  if (kind !== "answered") console.log(`${kind}: ${row.path}: ${words.slice(0, 160)}`);
  if (wrong.length > 0) console.log(`wrong: ${row.path}: ${wrong.join("; ")}`);
}
if (flags.includes("--write")) {
  if (second.length === 0) throw new Error("--write needs the folders of second-look.json too");
  writeFileSync(page, pageOf(outcomes, second, jsonOf("commits.json") as Record<string, string>, counts));
}
