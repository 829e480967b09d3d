import { counted, InputError, wholeNumber } from "@lorank/core";
import { columnsOf, type ReadData, tableRows, usualColumns } from "@lorank/tables";
import { pickColumn } from "../data/columns.ts";
import { lastPart } from "../data/data-options.ts";
import type { TokenizedTokensExample } from "../data/dataset.ts";
import { plainWords } from "../data/repeats.ts";
import { sharedPassages } from "../data/shared-passages.ts";
import type { TextTokenizer } from "../tokenizer/tokenizer.ts";
import { IGNORE_INDEX } from "../transformer/batch.ts";

/** General texts, on which forgetting is measured. */
export interface RetainedTexts {
  readonly name: string;
  readonly texts: readonly string[];
  /** Share of a trial's compute that decides how many texts are taken. (default: all are) */
  readonly computeShare?: number;
}

/** Most texts: each has a value in every trial's result. */
const mostTexts = 2000;
/** Fewest texts that a share of compute leaves: fewer would tell little. */
const fewestTexts = 10;
/** Largest file, in bytes. */
const mostBytes = 2 ** 28;
/** Forward passes that training on a token costs, at least: one, and one backward through a frozen base. */
const passesOfTraining = 2;

/** Compute of a trial, in tokens of a forward pass. */
export function computeOf({
  trainedTokens,
  evaluatedTokens,
}: Pick<OfTrial, "trainedTokens" | "evaluatedTokens">): number {
  return passesOfTraining * trainedTokens + evaluatedTokens;
}

/**
 * Reads retained texts from a table's text column, or from plain text. In that, blank lines separate texts; without
 * any, each line is one.
 * @throws InputError `E_DATA` for a file without texts, or not in UTF-8.
 */
export async function readRetainedTexts(path: string, readData: ReadData): Promise<RetainedTexts> {
  const texts = /\.(csv|tsv|json|jsonl|ndjson|parquet)$/i.test(path)
    ? await textsInTable(path, readData)
    : textsIn(path, await readData(path, mostBytes));
  const read = texts.map((text) => text.trim()).filter((text) => text !== "");
  if (read.length > 0) return { name: lastPart(path), texts: read };
  throw new InputError("E_DATA", `${path} must hold texts to retain, got none`);
}

async function textsInTable(path: string, readData: ReadData): Promise<string[]> {
  const rows = await tableRows(path, readData);
  const columns = columnsOf(rows);
  const column = columns.length === 1 ? columns[0] : pickColumn(columns, undefined, usualColumns.text).name;
  if (column !== undefined) return rows.map(({ values }) => String(values.get(column) ?? ""));
  throw new InputError("E_DATA", `${path} must have a column text, got ${columns.join(", ") || "no column"}`);
}

function textsIn(path: string, bytes: Uint8Array): string[] {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const paragraphs = text.split(/\r?\n[^\S\n]*\r?\n/);
    return paragraphs.filter((part) => part.trim() !== "").length > 1 ? paragraphs : text.split(/\r?\n/);
  } catch (cause) {
    throw new InputError("E_DATA", `${path} must be a text in UTF-8: ${(cause as Error).message}`, { cause });
  }
}

/** Trial that retained texts are evaluated in. */
interface OfTrial {
  /** Training rows: no retained text may be in them. */
  readonly training: readonly object[];
  /** Tokens that a trial trains on, all epochs together, and evaluates. */
  readonly trainedTokens: number;
  readonly evaluatedTokens: number;
}

export interface WindowsOfTexts {
  readonly windows: readonly TokenizedTokensExample[];
  readonly notes: readonly string[];
}

/**
 * Chooses retained texts that training never sees, and tokenises them. A text beyond `maxLength` is cut into windows,
 * which do not overlap, and which the model reads one by one.
 * @throws InputError `E_DATA` for fewer than two such texts.
 */
export function windowsOfTexts(
  { name, texts, computeShare }: RetainedTexts,
  { training, ...tokensOfTrial }: OfTrial,
  windowsOf: (texts: readonly string[]) => readonly (readonly TokenizedTokensExample[])[],
): WindowsOfTexts {
  const unseen = untrained(texts, training);
  const tokenised = windowsOf(unseen).filter((windows) => windows.length > 0);
  if (tokenised.length < 2) {
    const rule = `${name} must hold two or more texts to retain that are no training texts`;
    throw new InputError("E_DATA", `${rule}, got ${tokenised.length} of ${texts.length}`);
  }
  const compute = computeOf(tokensOfTrial);
  const mean = tokensIn(tokenised.flat()) / tokenised.length;
  const affordable = computeShare === undefined ? mostTexts : Math.floor((computeShare * compute) / mean);
  const taken = evenly(tokenised, Math.min(mostTexts, Math.max(fewestTexts, affordable)));
  const windows = taken.flat();
  const tokens = tokensIn(windows);
  const cut = taken.filter((own) => own.length > 1).length;
  const left = texts.length - unseen.length;
  const of = taken.length < tokenised.length ? ` of ${wholeNumber(tokenised.length)}` : "";
  const percent = Math.max(1, Math.round((100 * tokens) / compute));
  return {
    windows,
    notes: [
      `Forgetting is measured on ${counted(taken.length, "text")}${of} in ${name} (${counted(tokens, "token")}), about ` +
        `${percent} % of a trial's compute; none of them is a training text.`,
      ...(left > 0
        ? [
            `Left out ${counted(left, "text")} of ${name} that ${left === 1 ? "is" : "are"} in training, whole or in long passages.`,
          ]
        : []),
      ...(cut > 0
        ? [`Cut ${counted(cut, "text")} of ${name} into windows, which the model reads one by one.`]
        : []),
    ],
  };
}

/** Texts that are no text of a training row, and of which no row has half the passages. */
function untrained(texts: readonly string[], training: readonly object[]): string[] {
  const words = texts.map(plainWords);
  const trained = training.map((row) => stringsIn(row).map(plainWords));
  const whole = new Set(trained.flat());
  const rows = trained.map((strings) => strings.join(" "));
  const inPassages = new Set(sharedPassages(words, rows, Number.POSITIVE_INFINITY).withTraining);
  return texts.filter((_, i) => !whole.has(words[i]!) && !inPassages.has(i));
}

/** Texts anywhere in a row: a prompt, a response, a message's content. */
function stringsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

/** Windows of each text, whose ids are the text's number, and behind a slash the window's from 2 on. */
export function tokeniseWindows(
  texts: readonly string[],
  { before, ids }: Pick<TextTokenizer, "before" | "ids">,
  maxLength: number,
): TokenizedTokensExample[][] {
  const room = maxLength - before.length;
  return texts.map((text, number) => {
    const tokens = ids(text);
    const parts = Array.from({ length: Math.ceil(tokens.length / room) }, (_, i) => [
      ...before,
      ...tokens.slice(i * room, (i + 1) * room),
    ]);
    // A single token predicts nothing.
    return parts
      .filter((inputIds) => inputIds.length > 1)
      .map((inputIds, i) => ({
        id: i === 0 ? `${number + 1}` : `${number + 1}/${i + 1}`,
        inputIds,
        labels: [...inputIds.slice(1), IGNORE_INDEX],
      }));
  });
}

/** `count` elements or fewer, evenly spread. */
function evenly<T>(all: readonly T[], count: number): T[] {
  const chosen = Math.min(count, all.length);
  return Array.from({ length: chosen }, (_, i) => all[Math.floor((i * all.length) / chosen)]!);
}

function tokensIn(windows: readonly TokenizedTokensExample[]): number {
  return windows.reduce((sum, { inputIds }) => sum + inputIds.length, 0);
}
