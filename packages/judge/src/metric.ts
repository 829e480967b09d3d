import { InputError, nearest } from "@lorank/core";
import { type Scorer, scorers } from "./scorers.ts";

/** Judging metric, parsed from its text. */
export type Metric = {
  /** Metric text, as in `not-levenshtein:2`. */
  readonly text: string;
  readonly isInverse: boolean;
} & (
  | { readonly kind: "built-in"; readonly scorer: Scorer }
  | { readonly kind: "file"; readonly path: string }
);

const fileForm = "file:FILE";
const names = [...Object.keys(scorers), "file"];

/**
 * Reads a metric: `not-` or nothing, a name, a parameter behind a colon.
 *
 * @throws InputError `E_METRIC` for an unknown name, with the nearest known, and for a parameter that breaks its rule.
 */
export function parseMetric(text: string): Metric {
  const [, not, name = "", parameter] = /^(not-)?([^:]*)(?::(.*))?$/s.exec(text)!;
  const head = { text, isInverse: not !== undefined };
  if (name === "file") {
    if (!parameter) throw fault(`be ${fileForm} with the path of a module`, text);
    return { ...head, kind: "file", path: parameter };
  }
  if (!Object.hasOwn(scorers, name)) {
    const forms = Object.values(scorers).map(({ form }) => form);
    throw fault(`be one of ${[...forms, fileForm].join(", ")}`, `${text}${suggestion(name)}`);
  }
  const { form, rule, scorer: scorerOf } = scorers[name]!;
  const must = rule === undefined ? `be ${form} alone` : `be ${form} ${rule}`;
  try {
    const scorer = scorerOf(parameter);
    if (scorer !== undefined) return { ...head, kind: "built-in", scorer };
  } catch (cause) {
    throw fault(must, `${text} (${(cause as Error).message})`, cause);
  }
  throw fault(must, text);
}

function suggestion(name: string): string {
  const meant = nearest(name, names);
  return meant === undefined ? "" : `. Did you mean ${meant}?`;
}

function fault(must: string, got: string, cause?: unknown): InputError {
  return new InputError("E_METRIC", `metric must ${must}, got ${got === "" ? "nothing" : got}`, { cause });
}
