/** Changes of files at random, for the tests of what reads them. The same seed makes the same ones. */

export interface Random {
  /** An integer from 0 up to `end`, exclusive. */
  below(end: number): number;
  of<T>(list: readonly T[]): T;
}

export type Mutator = (original: Buffer, random: Random) => Buffer;

/** Source: mulberry32 by Tommy Ettinger, public domain. */
export function randomOf(seed: number): Random {
  let state = seed | 0;
  const below = (end: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end);
  };
  return { below, of: (list) => list[below(list.length)]! };
}

const nested = (depth: number): unknown => (depth === 0 ? [] : [nested(depth - 1)]);

/** Values that a field must not have, or that are at the edge. */
const VALUES: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1, 0.5, 2 ** 24, 2 ** 31, 2 ** 53, 1e6, 1e8, 4e8, 1e308],
  ...["", "a", "\u001b[2J", "\ud800", "(a+)+$", "[", "__proto__", "x".repeat(100_000)],
  ...[[], [null], {}, { type: "Sequence" }, { Regex: "" }, { String: 1 }, { "\u001b[2J": "" }, nested(1000)],
];

/** Cells that a table must not have, or that are at the edge. */
const CELLS: readonly string[] = [
  ...["", " ", "0", "-0", "-1", "1", "0.5", "1,5", "1e308", "1e999", "5e-324", "9007199254740993", "0x10"],
  ...["NaN", "Infinity", "-inf", "null", "true", '"', '""', '"a', 'a"b', "\u0000", "\u001b[2J", "\ufeff"],
  ...[
    "__proto__",
    "constructor",
    "=1+1",
    "日本",
    "\ud83d\ude00",
    "\r",
    ";",
    "\t",
    "[1]",
    "x".repeat(100_000),
  ],
];

/** One to three members of a JSON file changed, dropped, or replaced by another part of the same file. */
export function mutatedJson(original: Buffer, random: Random): Buffer {
  const root = { root: JSON.parse(original.toString()) as unknown };
  for (let changes = 1 + random.below(3); changes > 0; changes--) {
    const [parent, key] = place(root, random);
    const [otherParent, otherKey] = place(root, random);
    const action = random.below(8);
    if (action === 0) delete parent[key];
    else if (action === 1) parent[key] = structuredClone(otherParent[otherKey]);
    else if (action === 2) parent[key] = [parent[key], structuredClone(parent[key])];
    else parent[key] = structuredClone(random.of(VALUES)); // a later change may be inside it
  }
  return Buffer.from(JSON.stringify(root.root ?? null));
}

/** One to five texts and numbers of a JSON file in place of others of their kind, so that its form stays. */
export function mutatedTexts(original: Buffer, random: Random): Buffer {
  const root = { root: JSON.parse(original.toString()) as unknown };
  for (let changes = 1 + random.below(5); changes > 0; changes--) {
    const [parent, key] = place(root, random);
    if (typeof parent[key] === "string") parent[key] = random.of(CELLS);
    else if (typeof parent[key] === "number") parent[key] = random.of([0, 1, 2, 0.5, -1, 1e9, 5e-324]);
    else if (Array.isArray(parent[key])) parent[key].sort(() => random.below(3) - 1);
  }
  return Buffer.from(JSON.stringify(root.root ?? null));
}

/** A member to change: deep ones are many, so that each step down is as likely as to stop. */
function place(root: object, random: Random): [parent: Record<string, unknown>, key: string] {
  let parent = root as Record<string, unknown>;
  let key = "root";
  for (;;) {
    const value = parent[key];
    const keys = typeof value === "object" && value !== null ? Object.keys(value) : [];
    if (keys.length === 0 || (key !== "root" && random.below(3) === 0)) return [parent, key];
    parent = value as Record<string, unknown>;
    key = random.of(keys);
  }
}

/** Bytes that mean something in texts and headers. */
const TELLING: readonly number[] = [...Buffer.from('{}[]",:0123456789-.eE\\%|\u0000')];

/** One to three places in the first 4,000 bytes changed: a byte, a large count, or a part dropped or repeated. */
export function mutatedBytes(original: Buffer, random: Random): Buffer {
  return changedWithin(original, random, () => random.below(Math.min(original.length, 4000)));
}

/** One to three printable bytes in place of others: lengths stay, so that what a binary file's strings say is read. */
export function mutatedLetters(original: Buffer, random: Random): Buffer {
  const bytes = Buffer.from(original);
  const isLetter = (at: number): boolean => bytes[at]! >= 0x20 && bytes[at]! < 0x7f;
  for (let changes = 1 + random.below(3); changes > 0; changes--) {
    let at = random.below(bytes.length);
    for (let tries = 0; tries < 100 && !isLetter(at); tries++) at = random.below(bytes.length);
    bytes[at] = 0x20 + random.below(0x5f);
  }
  return bytes;
}

/** One to three numbers of 2 or 4 bytes behind `start` that are no number, infinite, the largest or the smallest. */
export function mutatedNumbers(original: Buffer, random: Random, start: number): Buffer {
  const bytes = Buffer.from(original);
  for (let changes = 1 + random.below(3); changes > 0; changes--) {
    const at = start + 4 * random.below(Math.floor((bytes.length - start) / 4));
    if (random.below(4) === 0) bytes.writeUInt16LE(random.of([0x7c00, 0xfe00, 0x7f80, 0xffc0, 1]), at);
    else bytes.writeUInt32LE(random.of([0x7f800000, 0xff800000, 0x7fc00000, 0x7f7fffff, 0xff7fffff, 1]), at);
  }
  return bytes;
}

/** As {@link mutatedBytes}, at both ends of a file: its index may stand at the end, as a Parquet file's does. */
export function mutatedEnds(original: Buffer, random: Random): Buffer {
  return changedWithin(original, random, (length) => {
    const near = random.below(Math.min(length, 4000));
    return random.below(2) === 0 ? near : length - 1 - near;
  });
}

/** Each mutant by one of these. */
export function eitherOf(...mutators: readonly Mutator[]): Mutator {
  return (original, random) => random.of(mutators)(original, random);
}

function changedWithin(original: Buffer, random: Random, placeIn: (length: number) => number): Buffer {
  let bytes = Buffer.from(original);
  for (let changes = 1 + random.below(3); changes > 0; changes--) {
    const at = placeIn(bytes.length);
    const rest = bytes.subarray(at);
    const action = random.below(5);
    if (action === 0) bytes[at] = random.below(256);
    else if (action === 1) bytes[at] = random.of(TELLING);
    else if (action === 2) bytes = Buffer.concat([bytes.subarray(0, at), rest.subarray(random.below(30))]);
    else if (action === 3)
      bytes = Buffer.concat([bytes.subarray(0, at), rest.subarray(0, random.below(60)), rest]);
    else if (rest.length >= 8)
      bytes.writeBigUInt64LE(random.of([0n, 100_001n, 10n ** 9n, 2n ** 53n, 2n ** 64n - 1n]), at);
  }
  return bytes;
}

/** One to three changes of a text in lines: a cell or value replaced, a line dropped, repeated or moved, bytes changed. */
export function mutatedLines(original: Buffer, random: Random): Buffer {
  const lines = original.toString().split("\n");
  for (let changes = 1 + random.below(3); changes > 0; changes--) {
    const at = random.below(lines.length);
    const other = random.below(lines.length);
    const action = random.below(9);
    if (action === 0) lines.splice(at, 1);
    else if (action === 1) lines.splice(at, 0, lines[other] ?? "");
    else if (action === 2) lines.push(...lines.splice(at, 1));
    else if (action === 3) return mutatedBytes(Buffer.from(lines.join("\n")), random);
    else lines[at] = withAnotherCell(lines[at] ?? "", random);
  }
  return Buffer.from(lines.join("\n"));
}

function withAnotherCell(line: string, random: Random): string {
  // What stands between separators, with the separators kept; JSON and YAML have cells of this kind too.
  const parts = line.split(/([,;\t:{}[\]])/);
  const cells = parts.map((_, i) => i).filter((i) => i % 2 === 0);
  parts[random.of(cells)] = random.of(CELLS);
  return parts.join("");
}
