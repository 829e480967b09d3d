import { existsSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { makeFolder, replaceFile } from "@lorank/checkpoint/disk";
import { InputError } from "@lorank/core";
import { stringify } from "yaml";
import type { Input } from "../../command.ts";
import { defaults } from "../../defaults.ts";
import { StoppedError } from "../../errors.ts";
import { exitCode } from "../../exit-code.ts";
import { helpText } from "../../flags/help.ts";
import { readAdapter } from "../../model/read-adapter.ts";
import type { Display, Messages, Page } from "../../output.ts";
import { joinShown } from "../../paths.ts";
import { recipes, recipesFolder } from "../../settings/recipes.ts";
import { fileSettings } from "../../settings/table.ts";
import { shellWord } from "../../text.ts";
import {
  type Answers,
  assertAnswers,
  columnsFor,
  commandOf,
  fileNames,
  recipeOf,
  rowsOf,
  usualAnswers,
} from "./answers.ts";
import type { InitSettings } from "./command.ts";
import {
  allocationOf,
  armLines,
  type Placement,
  type PlacementArm,
  parametersWords,
  peftPlacements,
  placementShape,
  placements,
} from "./placement.ts";

export interface InitDocument {
  /** Trainer whose recipe (script and sweep.yaml) is written; `lorank` is LoRAnk's own engine. */
  readonly trainer: string;
  readonly folder: string;
  /** Names of the files written into the folder. */
  readonly files: readonly string[];
  /** Arms of `--arms`, each with its rank and trained parameters. */
  readonly arms?: readonly PlacementArm[];
  /** Places in the written files that the user has to fill in. */
  readonly edit: readonly string[];
  /** Commands to run next. */
  readonly next: readonly string[];
  /** Command to write the same files without questions. */
  readonly command: string;
}

/** Writes all files, or none if an existing file may not be replaced. */
export async function run(
  { settings, names: [folderTyped] }: Input<InitSettings, readonly [folder: string | undefined]>,
  output: Messages,
): Promise<InitDocument> {
  const { mayAsk, note } = output;
  const { force = false, yes = false, ...typed } = settings;
  const request = await answersOf(folderTyped, typed, yes, mayAsk);
  if (request === undefined) {
    note("Nothing was written.");
    throw new StoppedError("init was ended by a person; nothing was written.", exitCode.killed);
  }
  const { folder, answers } = request;
  assertAnswers(answers);
  const names = fileNames(answers);
  const arms = answers.arms && (await armsOf(answers, output));
  const contents = await contentsOf(folder, answers, arms);
  const there = names.filter((name) => existsSync(join(folder, name)));
  if (there.length > 0 && !force) {
    throw new InputError(
      "E_OUT",
      `folder must not hold ${names.join(", ")}, got ${folder} with ${there.join(", ")}\n--force replaces them.`,
    );
  }
  makeFolder(folder);
  for (const [i, name] of names.entries()) replaceFile(join(folder, name), contents[i]!);

  return {
    trainer: answers.trainer ?? "lorank",
    folder,
    files: names,
    ...(arms && { arms: arms.map(({ name, rank, parameters }) => ({ name, rank, parameters })) }),
    edit: toEdit(answers),
    next: nextCommands(folder, names),
    command: commandOf(folder, answers, force),
  };
}

export function view({ folder, files, arms, edit, next, command }: InitDocument, page: Page): void {
  page.print("Written:");
  for (const name of files) page.print(`  ${joinShown(folder, name)}`);
  if (arms !== undefined) page.print(`\nArms:\n${indented(shownArms(arms))}`);
  if (edit.length > 0) page.print(`\nEdit:\n${indented(edit)}`);
  page.print(`\nThen:\n${indented(next)}`);
  page.print(`\nThe same without questions:\n  ${command}`);
}

async function answersOf(
  folder: string | undefined,
  typed: Answers,
  yes: boolean,
  mayAsk: boolean,
): Promise<{ readonly folder: string; readonly answers: Answers } | undefined> {
  if (yes || Object.keys(typed).length > 0) return { folder: folder ?? ".", answers: typed };
  if (mayAsk) return (await import("./ask.ts")).ask(folder ?? ".");
  throw new InputError(
    "E_USAGE",
    "init must be told what to write where nobody can be asked: --trainer, --data or another flag, or --yes, got none",
  );
}

async function contentsOf(
  folder: string,
  answers: Answers,
  arms: readonly Placement[] | undefined,
): Promise<(string | Uint8Array)[]> {
  const recipe = recipeOf(answers);
  if (recipe === undefined)
    return [sweepFile(folder, await withColumns(answers), arms && armLines(arms, true))];
  return fileNames(answers).map((name) => {
    const content = readFileSync(join(recipesFolder(), recipe, name));
    if (name !== "sweep.yaml") return content;
    const text = content.toString("utf8");
    return recipeSweepFile(arms ? withArms(text, armLines(arms, false)) : text, folder, answers);
  });
}

async function armsOf(answers: Answers, display: Display): Promise<Placement[]> {
  const { model, learningRate } = usualAnswers(recipeOf(answers));
  const shape = await placementShape(answers.model ?? model!, display);
  const [rank = defaults.rank] = answers.ranks ?? [];
  const uniform = placements(shape, rank);
  const arms =
    answers.spectrum === undefined
      ? uniform
      : [...uniform, allocationOf(readAdapter(answers.spectrum), shape, uniform[0]!.parameters)];
  return learningRate === undefined ? arms : peftPlacements(arms, learningRate);
}

async function withColumns(answers: Answers): Promise<Answers> {
  const { data = defaults.data } = answers;
  if (data === defaults.data) return answers;
  const columns = Object.values(answers).filter((value) => typeof value === "string");
  return { ...answers, ...columnsFor(data, await rowsOf(data, columns), answers) };
}

function toEdit(answers: Answers): string[] {
  const recipe = recipeOf(answers);
  if (recipe === undefined) return [];
  if (recipe === "stand-in") return ["nothing: it brings its own task"];
  const { files, columns } = recipes[recipe];
  const { model, data, arms } = answers;
  return [
    ...(model === undefined ? ["sweep.yaml: the model, a folder or a hub id"] : []),
    `${data ?? `sweep.yaml: the data, a file`} with the columns ${columns}`,
    `sweep.yaml: ${arms ? "arms, seeds" : "ranks, seeds, learning-rate"}, epochs and margin`,
    ...(files.includes("config.yaml") ? ["config.yaml: what all trials share"] : []),
  ];
}

function nextCommands(folder: string, names: readonly string[]): string[] {
  return [
    ...(folder === "." ? [] : [`cd ${shellWord(folder)}`]),
    ...(names.includes("requirements.txt") ? ["pip install -r requirements.txt"] : []),
    ...(names.length === 1 ? ["lorank plan sweep.yaml"] : []),
    "lorank sweep sweep.yaml --dry-run",
    "lorank sweep sweep.yaml",
  ];
}

function shownArms(arms: readonly PlacementArm[]): string[] {
  const [{ parameters: aim }] = arms as readonly [PlacementArm];
  return arms.map(
    ({ name, rank, parameters }) => `${name}: rank ${rank}, ${parametersWords(parameters, aim)}`,
  );
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join("\n");
}

/** Settings that users often change: written to sweep.yaml as comments. */
const oftenChanged = [
  ["metric", "log-loss"],
  ["margin", "0.02"],
  ["learning-rate", "auto"],
  ["epochs", "auto"],
  ["max-length", "256"],
  ["quantize", "nf4-dq"],
  ["targets", "[q_proj, v_proj]"],
  ["test-examples", "200"],
] as const;

/** Settings that arms have themselves, or cannot be compared with. */
const ofArms: ReadonlySet<string> = new Set(["learning-rate", "epochs", "targets"]);

/**
 * Content of `sweep.yaml` for LoRAnk's engine; `arms` are lines in place of ranks. Paths are relative to `folder`, where
 * the sweep is run.
 */
export function sweepFile(folder: string, answers: Answers, arms?: readonly string[]): string {
  const {
    model = defaults.model,
    data = defaults.data,
    trainer: _,
    arms: __,
    spectrum: ___,
    ...rest
  } = answers;
  const { ranks = defaults.ranks, seeds = defaults.seeds, ...columns } = rest;
  const settings = {
    ...{ model: from(folder, model), data: from(folder, data), ...columns },
    ...(arms ? {} : { ranks }),
    seeds,
  };
  const all = fileSettings();
  const changed = oftenChanged.filter(([key]) => arms === undefined || !ofArms.has(key));
  const comments = changed.flatMap(([key, value]) => {
    const setting = all.find((one) => one.key === key)!;
    return ["", `# ${helpText(setting)}`, `# ${key}: ${value}`];
  });
  return [
    `# Which ${arms ? "arm" : "rank"}? lorank sweep sweep.yaml`,
    "# A key is a flag of lorank sweep, where lorank help sweep has them all. What begins with # is not set.",
    ...Object.entries(settings)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => `${key}: ${yamlValue(value)}`),
    ...(arms ? ["", ...arms] : []),
    ...comments,
    "",
  ].join("\n");
}

/** Recipe's sweep file with lines of arms in place of its ranks, and results in a folder of their own. */
function withArms(text: string, arms: readonly string[]): string {
  return text
    .replace("# Which rank?", "# Which arm?")
    .replace(/^ranks: .*$/m, () => arms.join("\n"))
    .replace(/^(out: .*)$/m, "$1-placement");
}

/** Recipe's sweep file with these answers in place of its values; comments and other keys stay. */
export function recipeSweepFile(text: string, folder: string, answers: Answers): string {
  const { model, data, ranks, seeds } = answers;
  const keys = Object.entries({ ranks, seeds }).filter(([, value]) => value !== undefined);
  const words = Object.entries({ model, data }).filter(([, value]) => value !== undefined);
  const withKeys = keys.reduce(
    (all, [key, value]) => all.replace(new RegExp(`^${key}: .*$`, "m"), () => `${key}: ${yamlValue(value)}`),
    text,
  );
  return words.reduce(
    (all, [key, value]) =>
      all.replace(
        new RegExp(`(--${key}, )[^\\s,\\]]+`, "g"),
        (_, flag: string) => flag + yamlValue(from(folder, String(value))),
      ),
    withKeys,
  );
}

/** Path relative to `folder` if it exists; other text, such as a hub id, unchanged. */
function from(folder: string, name: string): string {
  if (name === defaults.model || name === defaults.data || !existsSync(name)) return name;
  const path = relative(resolve(folder), resolve(name));
  // Prefix `./`, since a name with a slash could be a hub id.
  return path === "" || path.startsWith("..") ? path || "." : `./${join(path)}`;
}

/** YAML value on a single line, valid inside a list too. */
function yamlValue(value: unknown): string {
  const options = { collectionStyle: "flow", flowCollectionPadding: false, lineWidth: 0 } as const;
  const isPlain = typeof value !== "string" || /^[\w./-]+$/.test(value);
  return isPlain ? stringify(value, options).trim() : JSON.stringify(value);
}
