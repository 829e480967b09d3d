/** @jsxRuntime automatic */
/** @jsxImportSource preact */

/** Height of a strip's line, in SVG units. */
const LINE = 22;
/** Width of a line, in ems of a phone's larger type. */
export const LINE_EMS = 28;
const MOST_LINES = 4;

/** Strip above a chart's row: a name that may take several lines, and words at the right. */
export interface NameStrip {
  readonly lines: readonly string[];
  /** Whole name, if the lines lack a part of it. */
  readonly whole?: string;
  readonly words: string;
  readonly height: number;
}

/** Lays out a strip. Words stand below the name where a line has no room for both. */
export function nameStrip(name: string, words: string): NameStrip {
  const lines = nameLines(name);
  const fits = ems(lines.at(-1)!) + ems(words) + 1 <= LINE_EMS;
  const isCut = lines.at(-1)!.endsWith("…");
  return { lines, words, height: LINE * (lines.length + (fits ? 0 : 1)), ...(isCut ? { whole: name } : {}) };
}

/** Name, full width from `top`, over a background that hides grid lines; the words stand in the last line. */
export function StripName(props: {
  readonly strip: NameStrip;
  readonly top: number;
  readonly width: number;
  readonly class: string;
}) {
  const { strip, top, width } = props;
  return (
    <>
      <rect class="strip" x={0} y={top} width={width} height={strip.height}>
        {strip.whole && <title>{strip.whole}</title>}
      </rect>
      <line class="row" x1={0} x2={width} y1={top} y2={top} />
      {strip.lines.map((line, index) => (
        <text key={index} class={props.class} x={0} y={top + LINE * index + 16}>
          {line}
        </text>
      ))}
    </>
  );
}

export function StripWords(props: Parameters<typeof StripName>[0]) {
  const { strip, top, width } = props;
  return (
    <text class={props.class} x={width} y={top + strip.height - 6} text-anchor="end">
      {strip.words}
    </text>
  );
}

/** Lines of a name, broken behind separators where possible; the last one ends in an ellipsis if there are too many. */
export function nameLines(name: string): string[] {
  const lines = [""];
  for (const piece of name.match(/[^\s\-/_.,:;]*[\s\-/_.,:;]*/gu) ?? []) {
    if (ems(lines.at(-1)! + piece.trimEnd()) <= LINE_EMS) lines.push(lines.pop()! + piece);
    else if (ems(piece) <= LINE_EMS) lines.push(piece);
    else for (const one of piece) addTo(lines, one);
  }
  const shown = lines.map((line) => line.trim()).filter((line) => line !== "");
  if (shown.length <= MOST_LINES) return shown.length === 0 ? [name] : shown;
  return [...shown.slice(0, MOST_LINES - 1), `${shown[MOST_LINES - 1]!.slice(0, -2)}…`];
}

function addTo(lines: string[], character: string): void {
  if (ems(lines.at(-1)! + character) <= LINE_EMS) lines.push(lines.pop()! + character);
  else lines.push(character);
}

/** Text cut to a width, with an ellipsis. */
export function cutToEms(text: string, most: number): string {
  if (ems(text) <= most) return text;
  let cut = "";
  for (const one of text) {
    if (ems(`${cut}${one}…`) > most) break;
    cut += one;
  }
  return `${cut}…`;
}

/** Estimated width of a text, in ems; type is rather narrower than wider. */
function ems(text: string): number {
  let width = 0;
  for (const one of text) width += widths.find(([of]) => of.test(one))![1];
  return width;
}

const widths: readonly (readonly [of: RegExp, ems: number])[] = [
  [/[ijl.,:;'|!()[\]/ ]/, 0.38],
  [/[frt"-]/, 0.44],
  [/[MWmw@%]/, 1],
  [/[\p{Lu}&<>=+_]/u, 0.82],
  [/[\u1100-\u{10ffff}]/u, 1],
  [/./su, 0.63],
];
