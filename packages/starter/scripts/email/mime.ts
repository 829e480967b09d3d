/** RFC 822 / MIME reading, enough for mail of 2002: headers, multipart, transfer encodings and character sets. */

/** One entity: a message or one part of it. `body` holds raw bytes as a latin1 string, one char a byte. */
export interface Entity {
  /** Lower-case header name and its unfolded raw value, in order of appearance. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** A decoded leaf of text. */
export interface TextLeaf {
  readonly kind: "plain" | "html";
  readonly text: string;
}

/** Splits raw bytes (as latin1) at the first blank line and unfolds the headers. An mbox `From ` line is skipped. */
export function parseEntity(raw: string): Entity {
  const unix = raw.replace(/\r\n?/g, "\n");
  const blank = unix.startsWith("\n") ? 0 : unix.indexOf("\n\n");
  const head = blank < 0 ? unix : unix.slice(0, blank);
  const body = blank < 0 ? "" : unix.slice(blank === 0 ? 1 : blank + 2);
  const headers: [string, string][] = [];
  for (const line of head.split("\n")) {
    const start = /^([!-9;-~]+)[ \t]*:[ \t]?(.*)$/.exec(line);
    const last = headers.at(-1);
    if (start && !/^[ \t]/.test(line)) headers.push([start[1]!.toLowerCase(), start[2]!]);
    else if (last && /^[ \t]/.test(line)) last[1] += ` ${line.trim()}`;
  }
  return { headers, body };
}

/** First value of a header, or the empty string. */
export function headerOf(entity: Entity, name: string): string {
  return entity.headers.find(([key]) => key === name)?.[1].trim() ?? "";
}

/** The subject with its encoded words (RFC 2047) decoded. */
export function subjectOf(entity: Entity): string {
  const joined = headerOf(entity, "subject").replace(/(\?=)\s+(=\?)/g, "$1$2");
  if (!/=\?[^?]+\?[bq]\?/i.test(joined)) return decodeCharset(joined, "");
  return joined.replace(/=\?([^?*]+)(?:\*[^?]*)?\?([bq])\?([^?]*)\?=/gi, (_, charset, encoding, payload) => {
    const bytes = /b/i.test(encoding)
      ? decodeBase64(payload)
      : decodeQuotedPrintable(payload.replace(/_/g, " "));
    return decodeCharset(bytes, charset);
  });
}

/** The text that a reader would see: the first non-empty text/plain leaf, else the first text/html leaf. */
export function textOf(entity: Entity): TextLeaf {
  const leaves = textLeaves(entity, 0).filter((leaf) => leaf.text.trim() !== "");
  return leaves.find((leaf) => leaf.kind === "plain") ?? leaves[0] ?? { kind: "plain", text: "" };
}

function textLeaves(entity: Entity, depth: number): TextLeaf[] {
  const contentType = headerOf(entity, "content-type");
  const type = contentType.split(";")[0]!.trim().toLowerCase();
  const boundary = parameterOf(contentType, "boundary");
  if (boundary !== "" && (type.startsWith("multipart/") || type === "") && depth < 8) {
    return splitParts(entity.body, boundary).flatMap((part) => textLeaves(parseEntity(part), depth + 1));
  }
  if (type === "message/rfc822" && depth < 8) return textLeaves(parseEntity(entity.body), depth + 1);
  if (depth > 0 && /^attachment/i.test(headerOf(entity, "content-disposition"))) return [];
  const isText = type === "" || !type.includes("/") || type.startsWith("text/");
  if (!isText || /^text\/(x-|calendar|rtf|css|enriched)/.test(type)) return [];
  const bytes = decodeTransfer(entity.body, headerOf(entity, "content-transfer-encoding"));
  const text = decodeCharset(bytes, parameterOf(contentType, "charset"));
  const kind = type === "text/html" || looksLikeHtml(text) ? "html" : "plain";
  return [{ kind, text }];
}

/** Mailers of spam often declare text/plain and send HTML. */
function looksLikeHtml(text: string): boolean {
  if (/^\s*(<!doctype html|<html|<body|<table|<center|<font)/i.test(text)) return true;
  return (text.match(/<\/?(html|body|table|td|tr|font|br|p|a|center|img)\b[^>]*>/gi)?.length ?? 0) >= 10;
}

function parameterOf(value: string, name: string): string {
  const found = new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^\\s;]+))`, "i").exec(value);
  return found?.[1] ?? found?.[2] ?? "";
}

function splitParts(body: string, boundary: string): string[] {
  const parts: string[] = [];
  let current: string[] | null = null;
  for (const line of body.split("\n")) {
    const bare = line.trimEnd();
    if (bare === `--${boundary}` || bare === `--${boundary}--`) {
      if (current) parts.push(current.join("\n"));
      current = bare.endsWith("--") && bare !== `--${boundary}` ? null : [];
    } else current?.push(line);
  }
  if (current && current.length > 0) parts.push(current.join("\n")); // a cut message lacks its closing line
  return parts;
}

function decodeTransfer(body: string, encoding: string): string {
  const name = encoding.toLowerCase().replace(/["\s]/g, "");
  if (name === "quoted-printable") return decodeQuotedPrintable(body);
  if (name === "base64") return decodeBase64(body);
  return body;
}

/** Quoted-printable (RFC 2045, 6.7) from and to one char a byte; malformed escapes stay as they are. */
export function decodeQuotedPrintable(text: string): string {
  return text
    .replace(/=[ \t]*\n/g, "")
    .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Base64 to one char a byte; text after the padding (a list's footer) is kept as it is. */
export function decodeBase64(text: string): string {
  const block = /^[A-Za-z0-9+/\s]*(?:=[\s=]*)?/.exec(text)![0];
  return Buffer.from(block, "base64").toString("latin1") + text.slice(block.length);
}

/**
 * Bytes (one char each) to text. Labels of the latin1 family (ASCII, ISO 8859-1, windows-1252), labels that nobody
 * knows and, where no label stands, bytes that are not UTF-8 read as ISO 8859-1, byte for byte.
 *
 * `TextDecoder` reads that family as windows-1252 in some versions of Node and as ISO 8859-1 in others, so it is not
 * asked: the data must come out the same everywhere. The bytes 80 to 9F (typographic quotes) thus stay U+0080 to U+009F.
 */
export function decodeCharset(bytes: string, label: string): string {
  const decoder = decoderOf(label);
  if (decoder.encoding === "windows-1252") return bytes;
  try {
    return decoder.decode(Buffer.from(bytes, "latin1"));
  } catch {
    return bytes;
  }
}

function decoderOf(label: string): InstanceType<typeof TextDecoder> {
  if (label === "") return new TextDecoder("utf-8", { fatal: true });
  try {
    return new TextDecoder(label.toLowerCase().replace(/_charset$/, ""));
  } catch {
    return new TextDecoder("windows-1252");
  }
}
