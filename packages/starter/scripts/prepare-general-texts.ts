/**
 * Draws the general texts, passages of presidents' addresses and of a novel, and writes them to `data/`.
 * Run inside the package: `node --conditions=@lorank/source --import tsx scripts/prepare-general-texts.ts`
 */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type PretrainingDocument, pretrainingDocuments } from "./corpus.ts";

/** Words of a text, at least and at most. */
const LENGTHS = { least: 40, most: 70 } as const;
/** Texts by source: one of a document, as far as these numbers allow. */
const COUNTS = { sotu: 200, "moby-dick": 100 } as const;

/**
 * General texts: whole sentences in a row from each document, by the smallest SHA-256; of the documents those with the
 * smallest. They are in the order of the hashes, so that any first part is a sample of all.
 */
export function drawGeneralTexts(): string[] {
  const books = pretrainingDocuments().filter(({ source }) => source !== "email");
  const drawn = (Object.entries(COUNTS) as [keyof typeof COUNTS, number][]).flatMap(([source, count]) => {
    const ofSource = books.filter((document) => document.source === source);
    const oneOfEach = ofSource.flatMap((document) => inOrderOfHash(passagesOf(document)).slice(0, 1));
    return inOrderOfHash(oneOfEach).slice(0, count);
  });
  return inOrderOfHash(drawn);
}

/** Passages of a document: sentences from one on, within a paragraph, until they have enough words. */
function passagesOf({ text }: PretrainingDocument): string[] {
  return text.split(/\r?\n\s*\n/).flatMap((paragraph) => {
    const sentences = sentencesOf(paragraph.replace(/\s+/g, " ").trim());
    return sentences.flatMap((_, first) => {
      let passage = "";
      for (const sentence of sentences.slice(first)) {
        passage += passage === "" ? sentence : ` ${sentence}`;
        if (wordsIn(passage) >= LENGTHS.least) break;
      }
      return isWhole(passage) ? [passage] : [];
    });
  });
}

/** Sentences end at a full stop, an exclamation mark or a question mark before a capital, but not behind a title. */
function sentencesOf(paragraph: string): string[] {
  return paragraph.split(/(?<=[.!?])(?<!\b(?:[A-Z]|Mr|Mrs|Dr|Hon|St|Gen|No|Messrs)\.) (?=[A-Z])/);
}

function isWhole(passage: string): boolean {
  const words = wordsIn(passage);
  return words >= LENGTHS.least && words <= LENGTHS.most && /^[A-Z].*[a-z][.!?]$/.test(passage);
}

function wordsIn(text: string): number {
  return text.split(" ").length;
}

function inOrderOfHash(texts: readonly string[]): string[] {
  const hashed = texts.map((text) => ({ text, hash: createHash("sha256").update(text).digest("hex") }));
  return hashed.sort((a, b) => (a.hash < b.hash ? -1 : 1)).map(({ text }) => text);
}

/** Content of `data/general-texts.txt`: a text a line. */
export function generalTextsFile(): string {
  return drawGeneralTexts()
    .map((text) => `${text}\n`)
    .join("");
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(new URL("../data/general-texts.txt", import.meta.url), generalTextsFile());
