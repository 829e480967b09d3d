import type { SecondaryOutcome } from "@lorank/evidence/results";
import { anyNumber, choice, type Kind, text } from "./kinds.ts";
import { objectOf } from "./object-kind.ts";

const members = {
  name: text("a name", "name"),
  better: choice(["higher", "lower"]),
  unit: text("a unit", "unit"),
  limit: anyNumber,
} as const;

const anyMembers = objectOf(members);
const required = ["name", "better"] as const;

function faultsOfOutcome(value: unknown): string[] {
  const faults = anyMembers.faults!(value);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return faults;
  const missing = required.filter((key) => !Object.hasOwn(value, key));
  return [...missing.map((key) => `.${key} must be ${members[key].rule}, got nothing`), ...faults];
}

/** Outcomes beside the metric in a sweep's file: a list, each with a name, the better side, and perhaps a limit. */
export const outcomes: Kind<readonly SecondaryOutcome[]> = {
  rule: `a list of outcomes, each with ${required.join(" and ")}, and perhaps unit and limit`,
  fromText: (written) => written,
  faults: (value) =>
    Array.isArray(value) && value.length > 0
      ? value.flatMap((outcome, place) => faultsOfOutcome(outcome).map((fault) => `[${place}]${fault}`))
      : [` must be ${outcomes.rule}`],
  parse: (value) =>
    outcomes.faults!(value).length > 0
      ? undefined
      : (value as unknown[]).map((outcome) => anyMembers.parse(outcome) as unknown as SecondaryOutcome),
  schema: { type: "array", minItems: 1, items: { ...anyMembers.schema, required: [...required] } },
};
