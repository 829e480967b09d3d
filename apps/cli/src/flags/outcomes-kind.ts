import type { SecondaryOutcome } from "@lorank/evidence/results";
import { anyNumber, choice, text } from "./kinds.ts";
import { listOf, objectOf } from "./object-kind.ts";

const members = {
  name: text("a name", "name"),
  better: choice(["higher", "lower"]),
  unit: text("a unit", "unit"),
  limit: anyNumber,
} as const;

/** Outcomes beside the metric in a sweep's file: a list, each with a name, the better side, and perhaps a limit. */
export const outcomes = listOf<SecondaryOutcome & Readonly<Record<string, unknown>>>(
  objectOf(members, ["name", "better"]),
  "a list of outcomes, each with name and better, and perhaps unit and limit",
);
