import { assertRank, InputError } from "@lorank/core";
import {
  type BaseFormatName,
  estimateRanks,
  type FloatDtype,
  type Lack,
  type MemoryMethod,
  type OptimizerName,
  type Profile,
  profileOf,
  type RankEstimates,
  type StackSettings,
} from "@lorank/core/memory";
import { findCard } from "@lorank/core/memory-names";
import { type ModelShape, modelShapeFromConfig, selectTargets } from "@lorank/core/models";
import { type FormValues, fields, isFloat, pasted } from "./fields.ts";
import { models } from "./models.ts";

/** What the page shows. */
export interface Calculation extends Omit<RankEstimates, "advice"> {
  readonly name: string;
  readonly shape: ModelShape;
  readonly profile: Profile;
  readonly card: Card | undefined;
  /** Where the largest rank does not surely fit the card. */
  readonly advice: RankEstimates["advice"];
  /** The same for the command line. */
  readonly command: string;
}

interface Card {
  readonly name: string;
  readonly bytes: number;
  readonly lacks: readonly Lack[];
}

/** What `lorank memory` computes for the same values. Throws InputError on the first that is wrong. */
export function calculate(values: FormValues): Calculation {
  const of = (name: string): string => (values[name] ?? "").trim();
  const labels = of("labels") === "" ? undefined : size("classes", of("labels"));
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
  const batch = { microBatch: size("micro-batch", of("microBatch")), seq: length(of("seq")) };
  const card = cardOf(of("gpu"));
  const { advice, ...found } = estimateRanks({
    ...{ shape, targets, ranks, profile, settings, ...batch, card },
    base: of("base") as BaseFormatName,
    method: of("method") as MemoryMethod,
  });
  const { rank, fit } = found.largestRank;
  return {
    ...{ ...found, shape, profile, card },
    name: of("model") === pasted ? shape.modelType : of("model"),
    advice: rank === null || fit === "fits" ? undefined : advice,
    command: commandOf(values),
  };
}

function configOf(name: string, text: string): unknown {
  if (name !== pasted) {
    const found = models.find((model) => model.name === name);
    if (found === undefined) throw new InputError("E_MODEL", `model must be one of the list, got ${name}`);
    return found.config;
  }
  if (text === "")
    throw new InputError("E_MODEL", "config.json must be pasted into its field, got nothing yet");
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
  return size("length", thousands === undefined ? text : String(1024 * Number(thousands)));
}

/** A card by name, or its memory: GB are 10⁹ bytes, GiB 2³⁰. */
function cardOf(text: string): Card | undefined {
  if (text === "") return undefined;
  const card = findCard(text);
  if (card !== undefined) return card;
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*(gi?b)$/i.exec(text) ?? [];
  if (amount !== undefined && unit !== undefined && Number(amount) >= 1)
    return {
      name: text,
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
    const replaced = name === "base" && values.method === "qlora" && isFloat(value);
    if (replaced) return [];
    if (!switches.includes(name)) return [`${flag} ${value}`];
    return [value === "true" ? flag : flag.replace("--", "--no-")];
  });
  return `lorank memory config.json ${flags.join(" ")}`;
}
