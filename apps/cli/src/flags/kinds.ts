/** Kinds of setting values: rule, parser, JSON Schema. Help loads this file, which loads no runtime. */
import { listInWords } from "@lorank/core";
import { blockSizes } from "./choices.ts";

export interface Kind<Value = unknown> {
  /** Rule in words, completing "<setting> must be …". */
  readonly rule: string;
  /** Placeholder for the value in help, `<file>`; absent for a switch. */
  readonly placeholder?: string;
  /**
   * Converts a flag's text to the value as in a sweep's file. Malformed text is returned unchanged, for `parse` to
   * refuse.
   */
  readonly fromText: (text: string) => unknown;
  readonly parse: (value: unknown) => Value | undefined;
  /** Faults inside a value, as suffixes to the setting's name. (default: `rule`) */
  readonly faults?: (value: unknown) => string[];
  readonly schema: object;
  /** Marks a repeatable flag: each use adds one text to a list. */
  readonly isRepeated?: true;
  readonly names?: readonly string[];
  /** Probable meaning of a refused value, if no name in `names` is near. */
  readonly meant?: (value: unknown) => string | undefined;
}

export type ValueOf<K> = K extends Kind<infer Value> ? Value : never;

interface Bounds {
  readonly least?: number;
  readonly above?: number;
  readonly most?: number;
  readonly below?: number;
  readonly whole?: boolean;
}

/** Kind for non-empty text; `rule` says what the text names. */
export function text(rule: string, placeholder: string): Kind<string> {
  return {
    rule,
    placeholder,
    fromText: (written) => written,
    parse: (value) => (typeof value === "string" && value !== "" ? value : undefined),
    schema: { type: "string", minLength: 1 },
  };
}

/** List of texts by a repeatable flag; a text may contain commas. */
export function repeatedText(rule: string, placeholder: string): Kind<readonly string[]> {
  const { parse, schema } = text(rule, placeholder);
  return {
    ...{ rule, placeholder, isRepeated: true },
    fromText: (written) => [written],
    parse: (value) =>
      Array.isArray(value) && value.every((one) => parse(one) !== undefined) ? value : undefined,
    schema: { type: "array", minItems: 1, items: schema },
  };
}

export function number(
  rule: string,
  { least, above, most, below, whole = false }: Bounds = {},
): Kind<number> {
  return {
    rule,
    placeholder: whole ? "n" : "x",
    fromText: numberFrom,
    parse: (value) =>
      typeof value === "number" &&
      (whole ? Number.isSafeInteger(value) : Number.isFinite(value)) &&
      (least === undefined || value >= least) &&
      (above === undefined || value > above) &&
      (most === undefined || value <= most) &&
      (below === undefined || value < below)
        ? value
        : undefined,
    schema: {
      type: whole ? "integer" : "number",
      ...(least !== undefined && { minimum: least }),
      ...(above !== undefined && { exclusiveMinimum: above }),
      ...(most !== undefined && { maximum: most }),
      ...(below !== undefined && { exclusiveMaximum: below }),
    },
  };
}

export function choice<const Name extends string>(names: readonly Name[]): Kind<Name> {
  return {
    rule: listInWords(names, "or"),
    placeholder: names.length === 1 ? names[0]! : "name",
    fromText: (written) => written,
    parse: (value) => names.find((name) => name === value),
    schema: { type: "string", enum: names },
    names,
  };
}

/** Switch without a value; `--no-…` turns off what a file turns on. */
export const onOff: Kind<boolean> = {
  rule: "true or false",
  fromText: (written) => written,
  parse: (value) => (typeof value === "boolean" ? value : undefined),
  schema: { type: "boolean" },
};

/** List of distinct values, in a flag separated by commas. */
export function list<Value>(rule: string, item: Kind<Value>): Kind<readonly Value[]> {
  return {
    rule,
    placeholder: "list",
    fromText: (written) => itemsOf(written).map(item.fromText),
    parse: (value) => {
      if (!Array.isArray(value) || value.length === 0 || new Set(value).size < value.length) return undefined;
      const items = value.map(item.parse);
      return items.includes(undefined) ? undefined : (items as Value[]);
    },
    schema: { type: "array", minItems: 1, items: item.schema },
  };
}

/** Special word, or a value of another kind: `auto`, `rank`, `all-linear`. */
export function orWord<const Word extends string, Value>(
  word: Word,
  other: Kind<Value>,
  rule: string,
): Kind<Word | Value> {
  return {
    ...other,
    rule,
    placeholder: `${other.placeholder}|${word}`,
    fromText: (written) => (written === word ? word : other.fromText(written)),
    parse: (value) => (value === word ? word : other.parse(value)),
    schema: withWord(other.schema, word),
    names: [word, ...(other.names ?? [])],
  };
}

/** Schema with one more word; words are one list among the alternatives. */
function withWord(schema: object, word: string): { readonly anyOf: readonly object[] } {
  const { anyOf = [schema] } = schema as {
    readonly anyOf?: readonly { readonly enum?: readonly string[] }[];
  };
  const words = anyOf.flatMap((one) => ("enum" in one ? one.enum! : []));
  return { anyOf: [...anyOf.filter((one) => !("enum" in one)), { enum: [...words, word] }] };
}

/** Single value or list: a flag is read as a list if it contains a comma. */
export function oneOrMore<One, Many>(one: Kind<One>, many: Kind<Many>, rule: string): Kind<One | Many> {
  return {
    rule,
    placeholder: "n|list",
    fromText: (written) => (written.includes(",") ? many : one).fromText(written),
    parse: (value) => (Array.isArray(value) ? many : one).parse(value) as One | Many | undefined,
    schema: { anyOf: [one.schema, many.schema] },
  };
}

export const delimiterChoices = [",", ";", "|", "tab"] as const;
export const delimiter: Kind<(typeof delimiterChoices)[number]> = {
  parse: choice(delimiterChoices).parse,
  schema: choice(delimiterChoices).schema,
  rule: '",", ";", "|" or tab',
  placeholder: "character",
  fromText: (written) => (written === "\t" ? "tab" : written),
};

export const quoteChoices = ["double", "none"] as const;

export function textOf<Value>(
  rule: string,
  placeholder: string,
  read: (text: string) => Value | undefined,
): Kind<Value> {
  return {
    rule,
    placeholder,
    fromText: (written) => written,
    parse: (value) => (typeof value === "string" ? read(value) : undefined),
    schema: { type: "string" },
  };
}

/** Choice among values that are not texts, by their names in `values`. */
function named<const Value>(values: Readonly<Record<string, Value>>): Kind<Value> {
  const { parse, ...kind } = choice(Object.keys(values));
  return {
    ...kind,
    parse: (value) => {
      const name = parse(value);
      return name === undefined ? undefined : values[name];
    },
  };
}

function itemsOf(written: string): string[] {
  return written
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

function numberFrom(written: string): number | string {
  const value = Number(written);
  return written.trim() === "" || Number.isNaN(value) ? written : value;
}

export const count = number("a positive integer", { least: 1, whole: true });
/** Positive integer that may end in a unit, such as `8k`. */
function inUnits(rule: string, units: Readonly<Record<string, number>>): Kind<number> {
  const letters = Object.keys(units).join("");
  const written = new RegExp(`^(\\d+(?:\\.\\d+)?)([${letters}])$`, "i");
  return {
    ...count,
    rule,
    parse: (value) => {
      const [, digits, unit] = written.exec(String(value)) ?? [];
      return count.parse(unit === undefined ? value : scaled(Number(digits), units[unit.toLowerCase()]!));
    },
    schema: {
      anyOf: [
        count.schema,
        { type: "string", pattern: `^[0-9]+(\\.[0-9]+)?[${letters}${letters.toUpperCase()}]$` },
      ],
    },
  };
}

/** Product without the rounding error of a decimal such as 1.1. */
const scaled = (value: number, unit: number): number => Number((value * unit).toPrecision(12));

/** Number of tokens; a suffix `k` means 1,024: `8k` is 8,192 (vLLM reads 8k as 8,000 and 8K as 8,192). */
export const length = inUnits("a positive integer such as 8192, or 8k for it", { k: 1024 });
/** Number of tokens in a data set, in powers of a thousand. */
export const tokenCount = inUnits(
  "a positive integer such as 2000000, or 500k, 2M or 1.5B in powers of a thousand",
  { k: 1e3, m: 1e6, b: 1e9 },
);
export const whole = number("an integer of at least 0", { least: 0, whole: true });
export const port = number("a port between 1 and 65535", { least: 1, most: 65_535, whole: true });
export const atLeastTwo = number("an integer of at least 2", { least: 2, whole: true });
export const positive = number("a positive number", { above: 0 });
export const atLeastOne = number("a number of at least 1", { least: 1 });
export const anyNumber = number("a number", {});
export const amount = number("a number of at least 0", { least: 0 });
/** Margin of quality loss, at most the largest possible log loss. */
export const margin: Kind<number> = {
  ...number("a number of 0 to 1000000000", { least: 0, most: 1e9 }),
  meant: (value) => {
    const [, percents] = /^(\d+(?:\.\d+)?)\s*%$/.exec(String(value)) ?? [];
    return percents === undefined ? undefined : String(Number((Number(percents) / 100).toPrecision(12)));
  },
};
export const share = number("at least 0 and below 1", { least: 0, below: 1 });
export const topP = number("above 0 and at most 1", { above: 0, most: 1 });
export const part = number("between 0 and 1", { least: 0, most: 1 });
export const confidence = number("at least 0.5 and below 1", { least: 0.5, below: 1 });
/** List of token ids; repeats are allowed. */
export const tokenIds: Kind<readonly number[]> = {
  ...list("token ids with commas between them, such as 3,14,15", whole),
  placeholder: "ids",
  parse: (value) => {
    if (!Array.isArray(value) || value.length === 0) return undefined;
    const ids = value.map(whole.parse);
    return ids.includes(undefined) ? undefined : (ids as number[]);
  },
};
/** Interval of evaluations on the way: steps, or a share of all steps. */
export const stepsOrShare: Kind<number> = {
  ...positive,
  rule: "a positive integer of steps, or a share of all steps above 0 and below 1",
  placeholder: "steps|share",
  parse: (value) => (Number(value) < 1 ? positive : count).parse(value),
  schema: { anyOf: [count.schema, { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 }] },
};
export const names = list("a list of different names", text("a name", "name"));
export const ranks = list("a list of different positive integers", count);
export const layers = orWord("all-linear", names, '"all-linear" or a list of different layer names');
const groupOrLayers = orWord(
  "attention",
  orWord("mlp", layers, ""),
  '"all-linear", "attention", "mlp" or a list of different layer names',
);
/** Layers that get an adapter: {@link layers}, or a part of the blocks. A layer `auto` would hide a search. */
export const targets = {
  ...groupOrLayers,
  parse: (value: unknown) => (String(value) === "auto" ? undefined : groupOrLayers.parse(value)),
  placeholder: layers.placeholder!,
};
export const seeds = oneOrMore(
  count,
  list("", whole),
  "a positive integer (how many) or a list of different integers of at least 0",
);
export const noneOrTwo: Kind<number> = {
  ...whole,
  rule: "an integer of at least 2, or 0 for none",
  parse: (value) => (value === 1 ? undefined : whole.parse(value)),
};

export const blockSize: Kind<(typeof blockSizes)[number]> = {
  ...count,
  rule: `one of ${blockSizes.join(", ")}`,
  parse: (value) => blockSizes.find((size) => size === value),
};

export const time = textOf("a time such as 90s, 45m or 2h", "time", (written) => {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(s|m|h)$/.exec(written.trim()) ?? [];
  const seconds = Number(amount) * { s: 1, m: 60, h: 3600 }[(unit ?? "s") as "s" | "m" | "h"];
  return seconds > 0 ? seconds : undefined;
});

/** Checkpoint interval (seconds or steps) as written; {@link checkpointInterval} parses it. */
export const interval: Kind<string> = {
  ...textOf("a time such as 5m or 90s, steps such as 200 steps, or off", "interval", (written) =>
    checkpointInterval(written) === undefined ? undefined : written.trim(),
  ),
  meant: (value) => (/^\d+$/.test(String(value)) ? `${value} steps` : undefined),
};

/** Parses a checkpoint interval; undefined for malformed text. */
export function checkpointInterval(
  written: string,
): { readonly seconds: number } | { readonly steps: number } | "off" | undefined {
  if (written.trim() === "off") return "off";
  const steps = Number(/^([1-9]\d*) ?steps?$/.exec(written.trim())?.[1]);
  if (Number.isSafeInteger(steps)) return { steps };
  const seconds = time.parse(written);
  return seconds === undefined ? undefined : { seconds };
}

export const version = textOf("a version such as 0.50.0", "version", (written) =>
  /^\d+(\.\d+)*/.test(written) ? written : undefined,
);

export const storedDtype = named({ fp32: "F32", fp16: "F16", bf16: "BF16" });

/** Blocks and layers, such as `0,11,mlp.down_proj`: numbers are blocks, other items layer names. */
export const blocksAndLayers = textOf("a list of blocks by number and layers by name", "list", (written) =>
  itemsOf(written).map((item) => (/^\d+$/.test(item) ? Number(item) : item)),
);
