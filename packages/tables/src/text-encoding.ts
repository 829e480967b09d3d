import { InputError } from "@lorank/core";

export const encodings = ["utf-8", "utf-16le", "utf-16be", "windows-1252"] as const;
export type TextEncoding = (typeof encodings)[number];

const names: Readonly<Record<TextEncoding, string>> = {
  "utf-8": "UTF-8",
  "utf-16le": "UTF-16 LE",
  "utf-16be": "UTF-16 BE",
  "windows-1252": "Windows-1252",
};

/** Windows-1252 from 0x80 to 0x9F, a space if undefined; all others are Latin-1's. */
const from0x80 = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";
/** Bytes undefined in Windows-1252. */
const unused = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);
/** Blanks: tab, line feed, vertical tab, form feed, carriage return, DOS's end of file. */
const blanks = new Set([0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1a]);

/** Decoded text; `found` is undefined for UTF-8 or a requested encoding. */
interface DecodedText {
  readonly text: string;
  readonly found?: string;
}

/**
 * Text without the byte order mark. Detected encoding: by that mark, or UTF-16 where the first two characters are
 * ASCII, else UTF-8, else Windows-1252, which includes Latin-1.
 *
 * @param name file name, for messages.
 * @param option name of the encoding's setting in messages.
 * @throws InputError `E_DATA` for bytes that are no text in the encoding.
 */
export function decodeText(
  bytes: Uint8Array,
  name: string,
  requested: TextEncoding | undefined,
  option: string,
): DecodedText {
  if (requested !== undefined) return { text: decode(bytes, requested, name) };
  const wide = wideEncoding(bytes);
  if (wide !== undefined) return { text: decode(bytes, wide, name), found: names[wide] };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch (cause) {
    assertSingleBytes(bytes, name, option, cause);
    return { text: decode(bytes, "windows-1252", name), found: names["windows-1252"] };
  }
}

function decode(bytes: Uint8Array, encoding: TextEncoding, name: string): string {
  if (encoding === "windows-1252") return windows1252(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new InputError("E_DATA", `${name} must be in ${names[encoding]}, got other bytes`, { cause });
  }
}

/** UTF-16 by a byte order mark, or by two ASCII characters at the start, as headers and JSON have. */
function wideEncoding([a = 0, b = -1, c = 0, d = -1]: Uint8Array): TextEncoding | undefined {
  if (a === 0xff && b === 0xfe) return "utf-16le";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  const isText = (byte: number): boolean => byte > 0 && byte < 0x80;
  if (isText(a) && b === 0 && isText(c) && d === 0) return "utf-16le";
  if (a === 0 && isText(b) && c === 0 && isText(d)) return "utf-16be";
  return undefined;
}

/** Refuses bytes that are hardly Windows-1252, although any can be decoded as such. */
function assertSingleBytes(bytes: Uint8Array, name: string, option: string, cause: unknown): void {
  const way = `${option} names another encoding`;
  if (isMostlyUtf8(bytes)) {
    const text = new TextDecoder().decode(bytes);
    const line = text.slice(0, text.indexOf("\uFFFD")).split("\n").length;
    const rule = `${name}, line ${line}: must be in UTF-8 as the rest, got other bytes`;
    throw new InputError("E_DATA", `${rule}; ${way}`, { cause });
  }
  const foreign = bytes.find(isForeign);
  if (foreign === undefined) return;
  throw new InputError(
    "E_DATA",
    `${name} must be text in UTF-8, UTF-16 or Windows-1252, got a byte 0x${foreign.toString(16).padStart(2, "0")}; ${way}`,
    { cause },
  );
}

/** Tells whether most non-ASCII bytes are valid UTF-8. */
function isMostlyUtf8(bytes: Uint8Array): boolean {
  const text = new TextDecoder().decode(bytes);
  const wrong = text.match(/\uFFFD/g)?.length ?? 0;
  const right = text.match(/[^\0-\x7F\uFFFD]/gu)?.length ?? 0;
  return right > wrong;
}

/** Tells whether a byte never occurs in a Windows-1252 text. */
function isForeign(byte: number): boolean {
  return (byte < 0x20 && !blanks.has(byte)) || unused.has(byte);
}

/**
 * Decoder for a text in pieces, called without a piece at the end. Windows-1252 is detected only if all text before the
 * first byte that is not UTF-8 is ASCII, since returned text cannot be taken back.
 *
 * @throws InputError `E_DATA` for bytes that are no text, while decoding.
 */
export function pieceDecoder(name: string): (piece?: Uint8Array) => string {
  let pending = new Uint8Array(); // bytes before the encoding is known
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let [isAscii, isSingleBytes] = [true, false];
  let tail = new Uint8Array(); // end of the text returned as ASCII: a character's beginning
  const refuse = (cause?: unknown): InputError =>
    new InputError(
      "E_DATA",
      `${name} must be text in UTF-8, UTF-16 or Windows-1252: convert it first, then try again`,
      { cause },
    );
  const singleBytes = (bytes: Uint8Array, cause?: unknown): string => {
    if (bytes.some(isForeign)) throw refuse(cause);
    return windows1252(bytes);
  };
  return (piece) => {
    let bytes = piece ?? new Uint8Array();
    if (isSingleBytes) return singleBytes(bytes);
    if (decoder === undefined) {
      bytes = pending = joined(pending, bytes);
      if (pending.length < 4 && piece !== undefined) return "";
      decoder = new TextDecoder(wideEncoding(pending) ?? "utf-8", { fatal: true });
    }
    try {
      const text = decoder.decode(bytes, { stream: piece !== undefined });
      isAscii &&= decoder.encoding === "utf-8" && !/[^\0-\x7F]/.test(text);
      if (isAscii) tail = trailing(joined(tail, bytes));
      return text;
    } catch (cause) {
      const rest = joined(tail, bytes);
      if (!isAscii || decoder.encoding !== "utf-8" || isMostlyUtf8(rest)) throw refuse(cause);
      isSingleBytes = true;
      return singleBytes(rest, cause);
    }
  };
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function trailing(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return bytes.slice(bytes.findLastIndex((byte) => byte < 0x80) + 1);
}

/** TextDecoder reads 0x80 to 0x9F as Latin-1 in some Node versions. */
function windows1252(bytes: Uint8Array): string {
  const codes = Uint16Array.from(bytes, (byte) =>
    byte < 0x80 || byte > 0x9f || unused.has(byte) ? byte : from0x80.charCodeAt(byte - 0x80),
  );
  return new TextDecoder("utf-16le").decode(codes);
}
