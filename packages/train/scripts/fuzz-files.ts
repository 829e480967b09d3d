/**
 * Changes model files at random and reads them: `fuzz-files.ts [mutants of each kind] [seed]`. Fails for a mutant on which a
 * reader throws anything but an InputError, takes more than 5 s, or uses 64 MB more than the mutant has bytes.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseGguf, parseSafetensorsHeader } from "@lorank/checkpoint";
import { isInputError, modelShapeFromConfig } from "@lorank/core";
import { familyOf } from "../src/families/families.ts";
import { renderChat } from "../src/tokenizer/chat.ts";
import { createTokenizer } from "../src/tokenizer/tokenizer.ts";
import { weightShapes } from "../src/transformer/weights.ts";

const MOST_SECONDS = 5;
const MOST_BYTES = 64e6;

/** What a reader did with a mutant that it must not do. */
export interface Finding {
  readonly kind: string;
  /** Which mutant it was, of this seed. */
  readonly index: number;
  readonly file: string;
  readonly problem: string;
}

interface Kind {
  readonly name: string;
  readonly originals: readonly string[];
  readonly mutate: (original: Buffer, random: Random) => Buffer;
  readonly read: (mutant: Buffer, original: string) => void | Promise<void>;
}

/** Reads `count` mutants of each kind of file; the same seed makes the same ones. */
export async function fuzzFiles(
  count: number,
  seed: number,
): Promise<{ refused: number; findings: Finding[] }> {
  const findings: Finding[] = [];
  let refused = 0;
  const folder = mkdtempSync(join(tmpdir(), "lorank-fuzz-"));
  try {
    for (const { name: kind, originals, mutate, read } of kinds(folder)) {
      for (let index = 0; index < count; index++) {
        const random = randomOf(seed * 1_000_003 + index);
        const file = random.of(originals);
        const mutant = mutate(readFileSync(file), random);
        const before = bytesInUse();
        const start = performance.now();
        const found = (problem: string) => findings.push({ kind, index, file, problem });
        try {
          await read(mutant, file);
        } catch (error) {
          if (isInputError(error)) refused++;
          else found(String((error as Error).stack ?? error));
        }
        const seconds = (performance.now() - start) / 1000;
        if (seconds > MOST_SECONDS) found(`it took ${seconds.toFixed(1)} s`);
        const used = bytesInUse() - before;
        if (used > mutant.length + MOST_BYTES) found(`it used ${used} bytes for ${mutant.length}`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return { refused, findings };
}

function kinds(folder: string): Kind[] {
  const fixtures = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const within = (parent: string, name: string) =>
    readdirSync(parent, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(name))
      .map((path) => join(parent, path))
      .sort();
  const tokenizers = within(fixtures("../test/fixtures/tokenizers"), "tokenizer.json");
  const checkpoint = fixtures("../../checkpoint/test/fixtures");
  const model = join(folder, "model");
  mkdirSync(model);
  return [
    {
      name: "tokenizer.json",
      originals: tokenizers,
      mutate: mutatedJson,
      read: (mutant, original) => {
        writeFileSync(join(model, "tokenizer.json"), mutant);
        writeFileSync(
          join(model, "tokenizer_config.json"),
          readFileSync(original.replace(/\.json$/, "_config.json")),
        );
        createTokenizer(model, { deadline: 1000 }).encode("Ein Wörtchen, 123 words\n  and <s> 漢字", 16);
      },
    },
    {
      name: "tokenizer_config.json",
      originals: tokenizers.map((path) => path.replace(/\.json$/, "_config.json")),
      mutate: mutatedJson,
      read: (mutant, original) => {
        writeFileSync(join(model, "tokenizer.json"), readFileSync(original.replace("_config", "")));
        writeFileSync(join(model, "tokenizer_config.json"), mutant);
        createTokenizer(model).encode("a word", 16);
      },
    },
    {
      name: "chat template",
      originals: within(fixtures("../test/fixtures/chat"), ".jinja"),
      mutate: mutatedText,
      read: (mutant) => {
        const tokenizer = {
          chatTemplate: mutant.toString(),
          specialTokens: { bos_token: "<s>", eos_token: "</s>" },
        };
        renderChat(tokenizer as never, [{ role: "user", content: "Hi" }]);
      },
    },
    {
      name: "config.json",
      originals: within(fixtures("../test/fixtures/families"), "config.json").filter(
        (path) => !path.endsWith("_config.json"),
      ),
      mutate: mutatedJson,
      read: (mutant) => {
        const config: unknown = JSON.parse(mutant.toString());
        modelShapeFromConfig(config);
        const family = familyOf(config as Record<string, unknown>);
        weightShapes(family, family.head({ kind: "classification", labels: 2 }));
      },
    },
    {
      name: "safetensors",
      originals: within(checkpoint, ".safetensors"),
      mutate: mutatedText,
      read: (mutant) => {
        parseSafetensorsHeader(mutant, mutant.length);
      },
    },
    {
      name: "GGUF",
      originals: within(checkpoint, ".gguf"),
      mutate: mutatedText,
      read: async (mutant) => {
        const source = {
          byteLength: mutant.length,
          read: async (offset: number, length: number) =>
            new Uint8Array(mutant.subarray(offset, offset + length)),
        };
        (await parseGguf(source)).tokenizer();
      },
    },
  ];
}

interface Random {
  /** An integer from 0 up to `end`, exclusive. */
  below(end: number): number;
  of<T>(list: readonly T[]): T;
}

/** Source: mulberry32 by Tommy Ettinger, public domain. */
function randomOf(seed: number): Random {
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

/** One to three members changed, dropped, or replaced by another part of the same file. */
function mutatedJson(original: Buffer, random: Random): Buffer {
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

/** One to three places in the first 4,000 bytes changed: a byte, a large count, or a part dropped or repeated. */
function mutatedText(original: Buffer, random: Random): Buffer {
  let bytes = Buffer.from(original);
  for (let changes = 1 + random.below(3); changes > 0; changes--) {
    const at = random.below(Math.min(bytes.length, 4000));
    const rest = bytes.subarray(at);
    const action = random.below(5);
    if (action === 0) bytes[at] = random.below(256);
    else if (action === 1) bytes[at] = random.of([...Buffer.from('{}[]",:0123456789-.eE\\%|\u0000')]);
    else if (action === 2) bytes = Buffer.concat([bytes.subarray(0, at), rest.subarray(random.below(30))]);
    else if (action === 3)
      bytes = Buffer.concat([bytes.subarray(0, at), rest.subarray(0, random.below(60)), rest]);
    else if (rest.length >= 8)
      bytes.writeBigUInt64LE(random.of([0n, 100_001n, 10n ** 9n, 2n ** 53n, 2n ** 64n - 1n]), at);
  }
  return bytes;
}

function bytesInUse(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [count = 1000, seed = 1] = process.argv.slice(2).map(Number);
  const { refused, findings } = await fuzzFiles(count, seed);
  for (const { kind, index, file, problem } of findings)
    console.log(`${kind} ${index} of ${file}:\n${problem}\n`);
  console.log(`${count} mutants of each kind: ${refused} refused, ${findings.length} findings`);
  process.exitCode = findings.length > 0 ? 1 : 0;
}
