import { describe, expect, test } from "vitest";
import {
  decodeBase64,
  decodeCharset,
  decodeQuotedPrintable,
  parseEntity,
  subjectOf,
  textOf,
} from "../../scripts/email/mime.ts";

const message = (...lines: string[]) => parseEntity(lines.join("\n"));

describe("parseEntity", () => {
  test("skips the mbox line, unfolds headers and keeps blank lines of the body", () => {
    const entity = message(
      "From a@b  Thu Aug 22 2002",
      "Subject: one",
      "\ttwo",
      "X-Empty:",
      "",
      "body",
      "",
      "more",
    );
    expect(entity).toEqual({
      headers: [
        ["subject", "one two"],
        ["x-empty", ""],
      ],
      body: "body\n\nmore",
    });
  });

  test("takes a message without a body as headers alone", () => {
    expect(message("Subject: only")).toEqual({ headers: [["subject", "only"]], body: "" });
  });
});

describe("subjectOf", () => {
  // the examples of RFC 2047, section 8: white-space between two encoded words is not shown
  test.each([
    ["=?ISO-8859-1?Q?a?=", "a"],
    ["=?ISO-8859-1?Q?a?= b", "a b"],
    ["=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab"],
    ["=?ISO-8859-1?Q?a_b?=", "a b"],
    ["=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=", "a b"],
    ["=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=", "If you can read this yo"],
    ["=?utf-8?q?caf=C3=A9?=", "café"],
    ["a =? b", "a =? b"],
  ])("decodes %s", (encoded, decoded) => {
    expect(subjectOf(message(`Subject: ${encoded}`, "", ""))).toBe(decoded);
  });
});

describe("transfer encodings", () => {
  test("quoted-printable joins soft line breaks and leaves malformed escapes", () => {
    expect(decodeQuotedPrintable("a=\nb=3D=C3=A9 =XY 100=")).toBe("ab=\u00c3\u00a9 =XY 100=");
  });

  test("base64 keeps the plain footer that a list put behind the padding", () => {
    expect(decodeBase64("aGVs\nbG8=\n--\nfooter")).toBe("hello--\nfooter");
  });
});

describe("decodeCharset", () => {
  test.each([
    ["\u0093na\u00efve\u0094", "windows-1252", "\u0093naïve\u0094"], // the same in every version of Node
    ["na\u00efve", "no-such-set", "naïve"],
    ["caf\u00c3\u00a9", "", "café"], // no label, valid UTF-8
    ["caf\u00e9", "", "café"], // no label, not UTF-8
    ["\u00b0\u00a1", "ks_c_5601-1987", "가"],
    ["\u00c4\u00e3", "gb2312_charset", "你"],
    ["\u00f0\u00d2\u00c9", "KOI8-R", "При"],
  ])("reads %j labelled %j", (bytes, label, text) => {
    expect(decodeCharset(bytes, label)).toBe(text);
  });
});

describe("textOf", () => {
  test("prefers the plain part of an alternative, wherever it stands", () => {
    const entity = message(
      'Content-Type: multipart/mixed; boundary="out er"',
      "",
      "preamble",
      "--out er",
      "Content-Type: multipart/alternative; boundary=in",
      "",
      "--in",
      "Content-Type: text/html",
      "",
      "<b>html</b>",
      "--in",
      "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: base64",
      "",
      "cGxhaW4=",
      "--in--",
      "--out er--",
      "epilogue",
    );
    expect(textOf(entity)).toEqual({ kind: "plain", text: "plain" });
  });

  test("falls back on HTML when the plain part is blank, and ignores attachments", () => {
    const entity = message(
      "Content-Type: multipart/mixed; boundary=b",
      "",
      "--b",
      "Content-Type: text/plain",
      "Content-Disposition: attachment; filename=notes.txt",
      "",
      "attached",
      "--b",
      "Content-Type: text/plain",
      "",
      "  ",
      "--b",
      "Content-Type: text/html",
      "",
      "<p>shown",
    );
    expect(textOf(entity)).toEqual({ kind: "html", text: "<p>shown" });
  });

  test("takes HTML that claims to be plain for what it is, but not a mail about one tag", () => {
    expect(textOf(message("Content-Type: text/plain", "", "<html><p>hi")).kind).toBe("html");
    expect(textOf(message("", "how do I close a <font> tag?")).kind).toBe("plain");
  });

  test("has no text for a picture", () => {
    expect(textOf(message("Content-Type: image/gif", "", "GIF89a"))).toEqual({ kind: "plain", text: "" });
  });
});
