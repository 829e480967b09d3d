import type { ArmSettings } from "@lorank/sweep";
import { camelKeys } from "./flag-names.ts";
import { amount, choice, count, type Kind, orWord, positive, targets, text } from "./kinds.ts";
import { listOf, objectOf } from "./object-kind.ts";

/** Arm in a sweep's file. */
export type ArmInFile = Readonly<Record<string, unknown>> & { readonly name: string };

const costRule = 'a number of at least 0, or with its unit a text such as "3.5 GPU hours"';

/** Cost as in a file: a number, or a number and a unit. */
const cost: Kind<number | string> = {
  rule: costRule,
  fromText: (written) => written,
  parse: (value) => {
    if (typeof value === "string") return costIn(value) === undefined ? undefined : value;
    return amount.parse(value);
  },
  schema: { type: ["number", "string"] },
};

function costIn(written: string): { readonly value: number; readonly of: string } | undefined {
  const [, value, of] = /^(\d+(?:\.\d+)?)\s+(\S(?:.*\S)?)$/.exec(written.trim()) ?? [];
  return of === undefined ? undefined : { value: Number(value), of };
}

/** Mapping from names to values of a kind, in the order of the file. */
function mapOf<Value>(
  rule: string,
  isValue: (value: unknown) => value is Value,
): Kind<Readonly<Record<string, Value>>> {
  return {
    rule,
    fromText: (written) => written,
    parse: (value) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
      return Object.values(value).every(isValue) ? (value as Readonly<Record<string, Value>>) : undefined;
    },
    schema: { type: "object" },
  };
}

const isCount = (value: unknown): value is number => count.parse(value) !== undefined;
const isPositive = (value: unknown): value is number => positive.parse(value) !== undefined;

const members = {
  name: text("a name", "name"),
  rank: count,
  alpha: orWord("rank", positive, 'a positive number or "rank"'),
  scaling: choice(["lora", "rslora"]),
  targets,
  method: choice(["lora", "dora"]),
  "rank-pattern": mapOf("layers' patterns with a positive integer each", isCount),
  "alpha-pattern": mapOf("layers' patterns with a positive number each", isPositive),
  "learning-rate": positive,
  epochs: positive,
  cost,
  base: text("a base model", "model"),
  values: mapOf(
    "names with a text or a number each",
    (value): value is string | number => typeof value === "string" || typeof value === "number",
  ),
} as const;

/** Arms of a sweep: a list, each with a name and the settings in which it differs. */
export const arms = listOf<ArmInFile>(
  objectOf(members, ["name"]),
  `a list of arms, each with a name and any of ${Object.keys(members).slice(1).join(", ")}`,
);

/** Arms' settings for `@lorank/sweep`. */
export function armSettings(arms: readonly ArmInFile[] | undefined): ArmSettings[] | undefined {
  return arms?.map((arm) => {
    const { cost, ...others } = camelKeys(arm) as ArmInFile;
    const known = typeof cost === "string" ? { cost: costIn(cost) } : cost === undefined ? {} : { cost };
    return { ...others, ...known } as ArmSettings;
  });
}
