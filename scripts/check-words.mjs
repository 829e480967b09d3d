// Counts what makes comments and names hard to read, by package: doc comments that begin with a clause or lean on a neighbour by a
// pronoun, sentences past 25 words, and words that tell of a conversation. `words-left.json` holds the numbers that are left, which only fall: `--write` lowers them and
// raises none. `--list` names the places.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root, sourceFilesIn, sourceFolders } from "./source-files.mjs";

const longestSentence = 25;
const pronoun = /^(?:The same|The others?|Its|Their|Those|These|This|That|It|They|One)\b/;
const clause = /^(?:What|Whether|Where|How|Of|That|As|By|Who|Which|With)\b/;
const conversation = /(?<![\w$"'.])(?:asked|given|told|said|wanted|held|kept|besides|usual)(?![\w$"'])/g;

const file = join(root, "scripts", "words-left.json");
const left = JSON.parse(readFileSync(file, "utf8"));
const places = sourceFolders.flatMap(placesIn);
const counts = {};
for (const { kind } of places) counts[kind] = (counts[kind] ?? 0) + 1;
const kinds = Object.keys({ ...counts, ...left }).sort();
const more = kinds.filter((kind) => (counts[kind] ?? 0) > (left[kind] ?? 0));
const fewer = kinds.filter((kind) => (counts[kind] ?? 0) < (left[kind] ?? 0));
const isToWrite = process.argv.includes("--write") && more.length === 0;

if (process.argv.includes("--list")) for (const { kind, at } of places) console.log(`${at}: ${kind}`);
if (isToWrite) {
  const now = kinds.filter((kind) => counts[kind] !== undefined).map((kind) => [kind, counts[kind]]);
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(now), null, 2)}\n`);
}
for (const kind of more)
  console.error(
    `${kind}: ${counts[kind]}, words-left.json has ${left[kind] ?? 0}; --list names them, docs/glossary.md has the terms`,
  );
if (!isToWrite)
  for (const kind of fewer)
    console.error(`${kind}: ${counts[kind] ?? 0}, words-left.json has ${left[kind]}; --write lowers it`);
console.log(`${places.length} places are left that words-left.json counts`);
process.exitCode = more.length + (isToWrite ? 0 : fewer.length) > 0 ? 1 : 0;

/** Every place in the files of a package's `src`: its kind with the package's name, and where it is. */
function placesIn(folder) {
  return sourceFilesIn(folder).flatMap((path) => {
    const text = readFileSync(join(root, path), "utf8");
    const place = (kind, offset, shown) => ({
      kind: `${dirname(folder)}: ${kind}`,
      at: `${path}:${text.slice(0, offset).split("\n").length} ${shown.slice(0, 80)}`,
    });
    const inComments = commentsIn(text).flatMap(({ offset, isDoc, words }) => [
      ...(isDoc && clause.test(words) ? [place("openings", offset, words)] : []),
      ...(isDoc && pronoun.test(words) ? [place("pronouns", offset, words)] : []),
      ...words
        .split(/(?<=[.!?])\s+/)
        .filter((sentence) => sentence.split(" ").length > longestSentence)
        .map((sentence) => place("long sentences", offset, sentence)),
    ]);
    return [...inComments, ...[...text.matchAll(conversation)].map((m) => place("words", m.index, m[0]))];
  });
}

/** The comments of a file as running text; lines of `//` that follow each other are one. */
function commentsIn(text) {
  return [...text.matchAll(/\/\*\*([\s\S]*?)\*\/|(?:^[ \t]*\/\/[^\n]*\n)+/gm)].map(
    ({ index, 0: all, 1: doc }) => ({
      offset: index,
      isDoc: doc !== undefined,
      words: (doc ?? all)
        .replace(/^\s*(?:\*|\/\/) ?/gm, "")
        .replace(/\s+/g, " ")
        .trim(),
    }),
  );
}
