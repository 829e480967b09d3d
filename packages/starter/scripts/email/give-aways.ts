/**
 * Removes what the collection of the corpus added to a mail and what names its source, not its content: list tags,
 * list footers, feed headers, filter marks. Most ham came over a few mailing lists, so one such line tells the label.
 */

/** Tags of mailing lists and filters at the front of a subject: "[ILUG] ", "Re: [SAtalk] ", "***SPAM*** ". */
export function cleanSubject(subject: string): string {
  let clean = subject.replace(/[\s\u00a0]+/g, " ").trim();
  for (;;) {
    const next = clean
      .replace(/^((?:(?:re|fwd?|aw|sv)\s*:\s*)*)\[[^\]]{1,40}\]:?\s*/i, "$1")
      .replace(
        /^((?:(?:re|fwd?|aw|sv)\s*:\s*)*)(?:\*+\s*(?:possible\s+)?spam\s*\*+|\{(?:possible )?spam\??\})\s*/i,
        "$1",
      );
    if (next === clean) return clean.replace(LIST_TAGS, "").replace(COLLECTORS, "me@example.com");
    clean = next;
  }
}

/** Names of the lists in those tags; quoted subjects repeat them anywhere in a text. */
const LIST_TAGS =
  /\[(?:ILUG|ILUG-Social|IIU|Razor-users|SAtalk|SAdev|SACVS|SA|Spambayes|zzzzteana|use Perl|Webdev|scoop|VulnWatch|FoRK|exmh-users|exmh-workers|Baseline|WM|VoID|vox|gst-devel|RH8)\]\s?/gi;
/** Addresses of the people and lists who gave their mail to the corpus, and the domain that was put in their place. */
const COLLECTORS = /[\w.+-]+@(?:[\w-]+\.)*(?:taint\.org|netnoteinc\.com|jmason\.org|xent\.com|linux\.ie)\b/gi;

/** A line of a list's footer, possibly quoted. */
const FOOTER_LINES: readonly RegExp[] = [
  /^irish linux users' group( social events)?:/i,
  /mailman\/listinfo|lists\/listinfo|listinfo\.cgi/i,
  /^(for )?(\(un\)subscription )?information\.$/i, // the wrapped rest of such a line when quoted
  /^list maintainer:/i,
  /^(this )?(sf|sourceforge)(\.net)? email is sponsored by|this (sf|sourceforge)\.net email is/i,
  /^\S.{0,60} mailing list$/i,
  /^your use of yahoo! groups is subject to/i,
  /^to unsubscribe from this group, send an email to/i,
  /^\S+-unsubscribe@(egroups|yahoogroups)\.com/i,
  /^(url: +https?:\S+|date: +(not supplied|[-0-9t:+ ]+))$/i, // headers of feeds turned into mail
  /^x-(spam|mailman|beenthere)\S*:/i,
  /^spam: /i, // SpamAssassin's report
  /^-*deathtospam(deathtospam)+-*$/i, // its MIME boundary
];

/** From a rule of underscores on, up to this many lines are looked at for a footer. */
const FOOTER_REACH = 8;
const FOOTER_SIGN =
  /mailing list|listinfo|\blists?\.\S+\.\S+|lists?@|-request@|freshrpms\.net|spambayes|sourceforge/i;

/** Body without list footers, feed headers and filter reports. Quoted copies of them go too. */
export function cleanBody(body: string): string {
  const lines = body.split("\n");
  const kept: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    const bare = unquote(lines[i]!);
    const end = /^[_-]{20,}$/.test(bare) ? footerEnd(lines, i) : advertEnd(lines, i, bare);
    if (end > i) i = end;
    else if (!FOOTER_LINES.some((pattern) => pattern.test(bare))) kept.push(lines[i]!);
  }
  return kept.join("\n").replace(LIST_TAGS, "").replace(COLLECTORS, "me@example.com");
}

/** Index of the last line of an advertisement that Yahoo! Groups put into a list's mail, or `start` if none is there. */
function advertEnd(lines: readonly string[], start: number, bare: string): number {
  if (!/^-+ ?yahoo! groups sponsor/i.test(bare)) return start;
  for (let i = start + 1; i <= start + FOOTER_REACH && i < lines.length; i++) {
    if (/^-{20,}[_~]*-?>$/.test(unquote(lines[i]!))) return i;
  }
  return start;
}

/** Index of the last line of a footer that starts with the rule at `start`, or `start` if none does. */
function footerEnd(lines: readonly string[], start: number): number {
  let end = start;
  for (let i = start + 1; i < lines.length && i <= start + FOOTER_REACH; i++) {
    const bare = unquote(lines[i]!);
    if (FOOTER_SIGN.test(bare)) end = i;
    else if (bare === "" && end > start) break;
  }
  return end;
}

function unquote(line: string): string {
  return line.replace(/^[>|\s]+/, "").trimEnd();
}

/** Runs of spaces become one, runs of blank lines one; control characters go; at most `limit` UTF-16 units stay. */
export function tidy(text: string, limit: number): string {
  const clean = text
    .replace(/\r\n?/g, "\n")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u200b\ufeff\ufffd]/g, "")
    .replace(/[^\S\n]+/g, " ")
    .replace(/ ?\n ?/g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
  if (clean.length <= limit) return clean;
  const last = clean.charCodeAt(limit - 1);
  const cut = last >= 0xd800 && last < 0xdc00 ? limit - 1 : limit; // never half a surrogate pair
  return clean.slice(0, cut).trimEnd();
}
