import { assertRank, InputError, type ModelShape, modelShapeFromConfig, selectTargets } from "@lorank/core";
import {
  type BaseFormatName,
  baseFormat,
  type ChangeEffect,
  type Fit,
  type FloatDtype,
  findCard,
  fitOf,
  isQuantizedFormat,
  type Lack,
  largestRankRow,
  type MemoryMethod,
  type MemoryRow,
  memoryAdvice,
  memoryRows,
  type OptimizerName,
  type Profile,
  profileOf,
  type StackSettings,
} from "@lorank/core/memory";
import { type FormValues, fields, pasted } from "./fields.ts";
import { models } from "./models.ts";

/** What the page shows. */
export interface Calculation {
  readonly name: string;
  readonly shape: ModelShape;
  readonly profile: Profile;
  readonly rows: readonly (MemoryRow & { readonly fit?: Fit })[];
  readonly card?: { readonly label: string; readonly bytes: number; readonly lacks: readonly Lack[] };
  /** Where the largest rank does not surely fit the card. */
  readonly advice?: {
    readonly rank: number;
    readonly single: readonly ChangeEffect[];
    readonly together: readonly ChangeEffect[] | null;
  };
  /** The same for the command line. */
  readonly command: string;
}

/** What `lorank memory` computes for the same values. Throws InputError on the first that is wrong. */
export function calculate(values: FormValues): Calculation {
  const of = (name: string): string => (values[name] ?? "").trim();
  const labels = of("labels") === "" ? undefined : size("labels", of("labels"));
  const shape = modelShapeFromConfig(
    configOf(of("model"), of("config")),
    labels === undefined ? {} : { head: { kind: "classification", labels } },
  );
  const wanted = of("targets");
  const targets = selectTargets(shape, wanted === "all-linear" ? wanted : list(wanted));
  const ranks = list(of("ranks")).map((text) => size("ranks", text));
  if (ranks.length === 0) throw new InputError("E_RANK", "ranks must be a list such as 8,16, got none");
  for (const rank of ranks) assertRank(rank, targets);
  const profile = profileOf(of("profile"));
  const settings: StackSettings = {
    variant: of("variant") as StackSettings["variant"],
    loss: of("loss") as StackSettings["loss"],
    attention: of("attention") as StackSettings["attention"],
    checkpointing: of("checkpointing") as StackSettings["checkpointing"],
    optimizer: of("optimizer") as OptimizerName,
    adapterDtype: of("adapterDtype") as FloatDtype,
    dropout: of("dropout") === "" ? Number.NaN : Number(of("dropout")),
    kbitPrepare: of("kbitPrepare") === "true",
    bnbVersion: of("bnbVersion"),
    packing: of("packing") === "true",
    compile: of("compile") === "true",
    accumulation: of("accumulation") === "true",
  };
  const batch = { microBatch: size("microBatch", of("microBatch")), seq: length(of("seq")) };
  const options = { shape, targets, profile, settings, ...batch };
  const base = of("base") as BaseFormatName;
  const method = of("method") as MemoryMethod;
  const card = cardOf(of("gpu"));
  const rows = memoryRows({ ...options, ranks, base, method }).map((row) => ({
    ...row,
    ...(card && { fit: fitOf(row.estimate.deviceBytes, card.bytes) }),
  }));
  const largest = largestRankRow(rows);
  const { rank } = largest;
  const common = { name: of("model") === pasted ? shape.modelType : of("model"), shape, profile, rows };
  const command = commandOf(values);
  if (card === undefined) return { ...common, command };
  if (rank === null || largest.fit === "fits") return { ...common, card, command };
  const asked = { ...options, rank, base: baseFormat(largest.base) };
  return { ...common, card, advice: { rank, ...memoryAdvice(asked, card.bytes, card.lacks) }, command };
}

function configOf(name: string, text: string): unknown {
  if (name !== pasted) {
    const found = models.find((model) => model.name === name);
    if (found === undefined) throw new InputError("E_MODEL", `model must be one of the list, got ${name}`);
    return found.config;
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InputError("E_MODEL", `config.json must be JSON: ${(cause as Error).message}`, { cause });
  }
}

function size(name: string, text: string): number {
  if (/^\d+$/.test(text) && Number(text) > 0 && Number.isSafeInteger(Number(text))) return Number(text);
  throw new InputError("E_CONFIG", `${name} must be a positive integer, got ${JSON.stringify(text)}`);
}

/** Tokens, also in thousands of 1,024 as the command has them: `8k` is 8,192. */
function length(text: string): number {
  const [, thousands] = /^(\d{1,9})\s*k$/i.exec(text) ?? [];
  return size("seq", thousands === undefined ? text : String(1024 * Number(thousands)));
}

/** A card by name, or its memory: GB are 10⁹ bytes, GiB 2³⁰. */
function cardOf(text: string): Calculation["card"] {
  if (text === "") return undefined;
  const card = findCard(text);
  if (card !== undefined) return { label: card.name, bytes: card.bytes, lacks: card.lacks };
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*(gi?b)$/i.exec(text) ?? [];
  if (amount !== undefined && unit !== undefined && Number(amount) >= 1)
    return {
      label: text,
      bytes: Math.floor(Number(amount) * (unit.length === 3 ? 2 ** 30 : 1e9)),
      lacks: [],
    };
  throw new InputError(
    "E_CONFIG",
    `card must be a card such as t4 or a size such as 24GB or 40GiB, got ${JSON.stringify(text)}`,
  );
}

function list(text: string): string[] {
  return text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

const switches: readonly string[] = ["kbitPrepare", "packing", "compile", "accumulation"];

/** Every value as a flag, what a profile has as its default too; QLoRA replaces a base that is not quantised. */
function commandOf(values: FormValues): string {
  const flags = fields.flatMap(({ name, flag }) => {
    const value = (values[name] ?? "").replaceAll(/\s/g, "");
    if (flag === undefined || value === "") return [];
    const replaced = name === "base" && values.method === "qlora" && !isQuantizedFormat(baseFormat(value));
    if (replaced) return [];
    if (!switches.includes(name)) return [`${flag} ${value}`];
    return [value === "true" ? flag : flag.replace("--", "--no-")];
  });
  return `lorank memory config.json ${flags.join(" ")}`;
}
