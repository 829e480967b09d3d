import { assertRank, InputError, isInputError, listInWords, nearest } from "@lorank/core";
import {
  type BaseFormatName,
  type CardMemory,
  catalogueModels,
  checkSettings,
  matchCatalogueModel,
  profileOf,
  type RankEstimatesOptions,
  type StackSettings,
} from "@lorank/core/memory";
import { memoryDefaults, memoryNames, readCards } from "@lorank/core/memory-names";
import { modelShapeFromConfig, selectTargets } from "@lorank/core/models";
import type { TrainingData } from "@lorank/core/time";
import { type FormValues, fields, isFloat, isSwitch, pasted, settingsOf } from "./fields.ts";

/** Wrong fields with what is wrong, by their names; under `form` what concerns no single field. */
export type Problems = Readonly<Record<string, string>>;

export interface FormRequest extends Omit<RankEstimatesOptions, "card" | "settings" | "method"> {
  /** Name of the model in the catalogue, or the type of the pasted one. */
  readonly name: string;
  /** Settings that are not the profile's own, which hold for every method. */
  readonly settings: Partial<StackSettings>;
  readonly method: NonNullable<RankEstimatesOptions["method"]>;
  readonly card: CardMemory | undefined;
  /** Data whose hours are asked for. */
  readonly data: TrainingData | undefined;
}

const defaults = settingsOf(memoryDefaults.profile, undefined);

/** Reads a form; all fields that are wrong are named. */
export function readForm(
  values: FormValues,
): { readonly request: FormRequest } | { readonly problems: Problems } {
  const problems: Record<string, string> = {};
  function read<T>(field: string, reader: (text: string) => T): T | undefined {
    try {
      return reader((values[field] ?? "").trim());
    } catch (error) {
      Object.assign(problems, problemsOf(error, field));
      return undefined;
    }
  }
  const chosen = <Name extends string>(field: string): Name => (values[field] ?? "") as Name;

  const isPasted = chosen("model") === pasted;
  const known = isPasted ? undefined : read("model", namedModel);
  const config = isPasted ? read("config", pastedConfig) : known?.config;
  const labels = read("labels", (text) => (text === "" ? undefined : size("classes", text)));
  const head = labels === undefined ? {} : { head: { kind: "classification", labels } as const };
  const shape =
    config === undefined
      ? undefined
      : read(isPasted ? "config" : "model", () => modelShapeFromConfig(config, head));
  const profile = read("profile", profileOf);
  const named = (text: string) => (text === "all-linear" ? text : listOf(text));
  const targets = shape && read("targets", (text) => selectTargets(shape, named(text), profile?.traits));
  const ranks = read("ranks", (text) => ranksOf(text, targets));
  const microBatch = read("microBatch", (text) => size("micro-batch", text));
  const seq = read("seq", lengthOf);
  // Settings without a field are the default profile's.
  const ofFields = Object.keys(values).filter((name) => name in defaults);
  const stated = ofFields.map((name) => {
    if (isSwitch(name)) return [name, chosen(name) === "true"];
    return [name, name === "dropout" ? (read(name, numberOf) ?? 0) : chosen<string>(name).trim()];
  });
  const settings = read("form", () => checkSettings({ ...defaults, ...Object.fromEntries(stated) }));
  read("base", (text) => checkBase(text, chosen("method")));
  const count = read("count", countOf);
  const card = count === undefined ? undefined : read("gpu", (text) => cardsFrom(text, count));
  const epochs = read("epochs", (text) => positive("epochs", text));
  const price = read("price", (text) => positive("price", text));
  const isTimed = epochs !== undefined || price !== undefined;
  const examples = read("examples", (text) => examplesOf(text, isTimed));
  if (Object.keys(problems).length > 0) return { problems };
  const cards = { count: card?.count ?? 1, strategy: chosen<"ddp">("strategy") || "ddp" };
  return {
    request: {
      name: known?.id ?? shape!.modelType,
      ...{ shape: shape!, targets: targets!, ranks: ranks!, profile: profile!, card },
      ...{ microBatch: microBatch!, seq: seq!, base: chosen("base"), method: chosen("method") },
      settings: changedFrom(
        settingsOf(profile!.name, chosen("method"), chosen<BaseFormatName>("base")),
        settings!,
      ),
      cards: cards.count === 1 ? undefined : cards,
      data: examples === undefined ? undefined : { examples, epochs, price },
    },
  };
}

/** Problems in an error of the library: each line that begins with a field's name is that field's, and has its label. */
export function problemsOf(error: unknown, otherwise: string): Problems {
  if (!isInputError(error)) throw error;
  const lines = error.message.split("\n").map((line): readonly [string, string] => {
    const [name = ""] = /^\w+(?= must )/.exec(line) ?? [];
    const field = fields.find((each) => each.name === name);
    if (field === undefined) return [otherwise, line];
    return [name, /[A-Z]|seq/.test(name) ? line.replace(name, field.label) : line];
  });
  return Object.fromEntries(lines);
}

function changedFrom(own: StackSettings, settings: StackSettings): Partial<StackSettings> {
  const entries = Object.entries(settings);
  return Object.fromEntries(entries.filter(([name, value]) => value !== own[name as keyof StackSettings]));
}

function namedModel(text: string): { readonly id: string; readonly config: unknown } {
  const found = matchCatalogueModel(text);
  if (found !== undefined) return found.model;
  const names = catalogueModels().flatMap(({ id, aliases }) => [id, ...aliases]);
  const meant = text === "" ? undefined : nearest(text, names);
  const help = meant === undefined ? "Another model's config.json can be pasted." : `Did you mean ${meant}?`;
  throw new InputError(
    "E_MODEL",
    `model must be one of the list, got ${text === "" ? "nothing" : JSON.stringify(text)}. ${help}`,
  );
}

function pastedConfig(text: string): unknown {
  if (text === "")
    throw new InputError("E_MODEL", "config.json must be pasted into its field, got nothing yet");
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InputError("E_MODEL", `config.json must be JSON: ${(cause as Error).message}`, { cause });
  }
}

function ranksOf(text: string, targets: ReturnType<typeof selectTargets> | undefined): number[] {
  const ranks = listOf(text).map((each) => size("ranks", each));
  if (ranks.length === 0) throw new InputError("E_RANK", "ranks must be a list such as 8,16, got none");
  for (const rank of ranks) assertRank(rank, targets);
  return ranks;
}

const quantized = memoryNames.base.filter((name) => !isFloat(name));

function checkBase(base: string, method: string): void {
  if (method !== "qlora" || !isFloat(base)) return;
  throw new InputError("E_CONFIG", `base must be ${listInWords(quantized, "or")} with QLoRA, got ${base}`);
}

const MOST_CARDS = 99_999;

function countOf(text: string): number {
  const count = size("number of cards", text);
  if (count <= MOST_CARDS) return count;
  throw new InputError("E_CONFIG", `number of cards must be at most ${MOST_CARDS}, got ${count}`);
}

/** Cards by name or size, `count` of them; `2x24GB` names several itself. */
function cardsFrom(text: string, count: number): CardMemory | undefined {
  if (text === "" && count === 1) return undefined;
  const cards = readCards(count === 1 ? text : `${count} × ${text}`);
  if (cards !== undefined) return cards;
  const got = text === "" ? "nothing" : JSON.stringify(text);
  throw new InputError("E_CONFIG", `card must be a name such as T4 or a size such as 24GB, got ${got}`);
}

function size(name: string, text: string): number {
  if (/^\d+$/.test(text) && Number(text) > 0 && Number.isSafeInteger(Number(text))) return Number(text);
  throw new InputError("E_CONFIG", `${name} must be a positive integer, got ${JSON.stringify(text)}`);
}

function examplesOf(text: string, isTimed: boolean): number | undefined {
  if (text !== "") return size("examples", text);
  if (!isTimed) return undefined;
  throw new InputError("E_CONFIG", "examples must be there with epochs and price, got none");
}

function positive(name: string, text: string): number | undefined {
  if (text === "") return undefined;
  if (Number.isFinite(Number(text)) && Number(text) > 0) return Number(text);
  throw new InputError("E_CONFIG", `${name} must be a positive number, got ${JSON.stringify(text)}`);
}

/** Tokens, also in thousands of 1,024 as the command has them: `8k` is 8,192. */
function lengthOf(text: string): number {
  const [, thousands] = /^(\d{1,9})\s*k$/i.exec(text) ?? [];
  return size("length", thousands === undefined ? text : String(1024 * Number(thousands)));
}

function numberOf(text: string): number {
  if (text !== "" && Number.isFinite(Number(text))) return Number(text);
  throw new InputError("E_CONFIG", `dropout must be a number, got ${JSON.stringify(text)}`);
}

function listOf(text: string): string[] {
  return text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}
