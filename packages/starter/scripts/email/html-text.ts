/** HTML of e-mails to plain text: what is shown, with line breaks where blocks end. */

const ENTITIES: Readonly<Record<string, string>> = {
  nbsp: " ",
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  copy: "©",
  reg: "®",
  trade: "™",
  hellip: "…",
  mdash: "—",
  ndash: "–",
  lsquo: "‘",
  rsquo: "’",
  ldquo: "“",
  rdquo: "”",
  bull: "•",
  middot: "·",
  laquo: "«",
  raquo: "»",
  cent: "¢",
  pound: "£",
  yen: "¥",
  euro: "€",
  sect: "§",
  deg: "°",
  para: "¶",
  times: "×",
  eacute: "é",
  egrave: "è",
  agrave: "à",
  aacute: "á",
  iacute: "í",
  oacute: "ó",
  uacute: "ú",
  ntilde: "ñ",
  ouml: "ö",
  uuml: "ü",
  auml: "ä",
  szlig: "ß",
  ccedil: "ç",
  frac12: "½",
  frac14: "¼",
};

/** Visible text of an HTML document. Links lose their address, images everything. */
export function htmlToText(html: string): string {
  const shown = html
    .replace(/<!--[\s\S]*?(?:-->|$)/g, "")
    .replace(/<(script|style|head|title)\b[\s\S]*?<\/\1\s*>/gi, " ")
    .replace(/[\s\u00a0]+/g, " ") // source line breaks mean nothing
    .replace(/<\/?(br|p|div|tr|table|li|ul|ol|h[1-6]|hr|center|blockquote|pre|dt|dd|form)\b[^>]*>/gi, "\n")
    .replace(/<\/?(td|th|option)\b[^>]*>/gi, " ")
    .replace(/<[!/?]?[a-z][^>]*(?:>|$)/gi, ""); // a tag inside a word (spam's trick) must not split it
  return decodeEntities(shown);
}

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+[0-9]*));?/gi, (whole, decimal, hex, name) => {
    if (name) return ENTITIES[name.toLowerCase()] ?? whole;
    const code = decimal ? Number(decimal) : Number.parseInt(hex, 16);
    if (code === 160) return " ";
    return code > 8 && code < 0x110000 && !(code >= 0xd800 && code < 0xe000)
      ? String.fromCodePoint(code)
      : " ";
  });
}
