import { flatten, type Step, type StepPattern } from "./json.ts";
import type { LoadedTokenizer } from "./loading.ts";
import { normalizerOf } from "./normalize.ts";

type DecodeStep = (tokens: readonly string[]) => readonly string[];

/**
 * Decoder from token ids to text, as in the Rust library. Bytes that are no UTF-8 become U+FFFD; unknown ids vanish.
 * @throws Error for an unknown decoder type.
 */
export function decoderOf(
  { decoder, normalizer, addedTokens }: LoadedTokenizer,
  vocabulary: ReadonlyMap<string, number>,
): (ids: readonly number[], skipsSpecial: boolean) => string {
  const texts: string[] = [];
  for (const [text, id] of vocabulary) texts[id] = text;
  const normalize = normalizerOf(normalizer);
  for (const { id, content, normalized } of addedTokens)
    texts[id] = normalized ? normalize(content) : content;
  const special = new Set(addedTokens.flatMap((token) => (token.special ? [token.id] : [])));
  const steps = flatten(decoder, "decoders").map(stepOf);
  const separator = steps.length === 0 ? " " : "";
  return (ids, skipsSpecial) => {
    const tokens = ids
      .filter((id) => texts[id] !== undefined && !(skipsSpecial && special.has(id)))
      .map((id) => texts[id]!);
    return steps.reduce((list, step) => step(list), tokens as readonly string[]).join(separator);
  };
}

function stepOf(step: Step): DecodeStep {
  switch (step.type) {
    case "ByteLevel":
      return (tokens) => [lossyText(tokens.flatMap(bytesOf))];
    case "ByteFallback":
      return withBytes;
    case "Fuse":
      return (tokens) => [tokens.join("")];
    case "Strip": {
      const { content, start, stop } = step as unknown as StripStep;
      return (tokens) => tokens.map((token) => stripped(token, content, start, stop));
    }
    case "Replace": {
      const { String: text, Regex: regex } = step.pattern as StepPattern;
      const pattern = text ?? new RegExp(regex!, "gu");
      return (tokens) => tokens.map((token) => token.replaceAll(pattern, () => String(step.content)));
    }
    case "Metaspace": {
      const mark = String(step.replacement ?? "▁");
      const first = step.prepend_scheme === "never" ? " " : "";
      return (tokens) => tokens.map((token, i) => token.replaceAll(mark, i === 0 ? first : " "));
    }
    default:
      throw new Error(`decoder must be of a kind that is read here, got ${JSON.stringify(step.type)}`);
  }
}

interface StripStep {
  readonly content: string;
  /** Strip limits: most characters removed at the start and at the end. */
  readonly start: number;
  readonly stop: number;
}

function stripped(token: string, content: string, start: number, stop: number): string {
  let first = 0;
  while (first < start && token[first] === content) first++;
  let end = token.length;
  while (token.length - end < stop && end > first && token[end - 1] === content) end--;
  return token.slice(first, end);
}

/** GPT-2's byte letters: printable bytes are themselves, others letters from U+0100 on. */
const byteOfLetter: ReadonlyMap<string, number> = new Map(byteLetters());

function byteLetters(): [string, number][] {
  const isPrintable = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  let others = 0;
  return Array.from({ length: 256 }, (_, byte) => [
    String.fromCodePoint(isPrintable(byte) ? byte : 0x100 + others++),
    byte,
  ]);
}

/** Bytes a token spells; the token's UTF-8 if it has other letters. */
function bytesOf(token: string): number[] {
  const bytes = [...token].map((letter) => byteOfLetter.get(letter));
  return bytes.every((byte) => byte !== undefined) ? bytes : [...new TextEncoder().encode(token)];
}

function lossyText(bytes: readonly number[]): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(bytes));
}

/** Byte fallback: joins runs of tokens such as `<0x0A>`; a run that is no UTF-8 becomes one U+FFFD per byte. */
const withBytes: DecodeStep = (tokens) => {
  const result: string[] = [];
  let run: number[] = [];
  const flush = (): void => {
    if (run.length > 0) result.push(...utf8OrMarks(run));
    run = [];
  };
  for (const token of tokens) {
    const byte = /^<0x([0-9A-Fa-f]{2})>$/.exec(token);
    if (byte) run.push(Number.parseInt(byte[1]!, 16));
    else {
      flush();
      result.push(token);
    }
  }
  flush();
  return result;
};

function utf8OrMarks(bytes: readonly number[]): string[] {
  try {
    return [new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes))];
  } catch {
    return bytes.map(() => "\ufffd");
  }
}
