import { formatDecimalBytes } from "../../format.ts";
import type { MemoryParts } from "../parts.ts";
import type { RankEstimate } from "../rows.ts";

export interface MemoryBarsOptions {
  readonly title?: string;
  readonly limit?: { readonly label: string; readonly bytes: number };
  /** Includes {@link memoryBarsStyle} (default true); omit it on a page that has the style sheet. */
  readonly style?: boolean;
}

/** Bar segments, from the axis outwards. */
const groups: readonly (readonly [name: string, words: string, parts: readonly (keyof MemoryParts)[]])[] = [
  ["base", "weights", ["baseWeights", "quantizationConstants", "adaptedWeights", "referenceWeights"]],
  ["trained", "adapter, gradients, optimiser", ["adapterWeights", "gradients", "optimizerStates"]],
  ["checkpoints", "block inputs kept by checkpointing", ["checkpoints"]],
  [
    "blocks",
    "activations of the blocks",
    ["norms", "attention", "feedForward", "stackCopies", "activationGradients"],
  ],
  ["inputs", "inputs of adapters and trained layers", ["adapterInputs", "linearInputs"]],
  ["logits", "logits and loss", ["logitsAndLoss"]],
  ["generation", "generated texts", ["generationCache", "engine"]],
  ["scratch", "workspaces", ["scratch"]],
];

const WIDTH = 760;
const LEFT = 112;
const BARS = 430;
const ROW = 30;
const THICK = 18;
const LEGEND_ROW = 19;
const MARGIN = 16;

/**
 * Draws each row's peak as a stacked bar, in SVG. A dashed outline reaches to the upper bound on device memory. Title
 * and description contain all figures.
 */
export function memoryBars(rows: readonly RankEstimate[], options: MemoryBarsOptions = {}): string {
  const { title = "Memory at the peak of training", limit, style = true } = options;
  const most = Math.max(1, ...rows.map(({ estimate }) => estimate.deviceBytes[1]), limit?.bytes ?? 0);
  const x = (bytes: number): number => LEFT + (bytes / most) * BARS;
  const shown = groups.filter(([, , parts]) => rows.some((row) => bytesOf(row, parts) > 0));
  const legendRows = Math.ceil((shown.length + 1) / 2);
  const top = MARGIN + 28 + legendRows * LEGEND_ROW + (limit ? 30 : 14);
  const bottom = top + rows.length * ROW;
  const height = bottom + 24 + MARGIN;

  const legend = [...shown, ["band", "up to the upper bound on the device", []] as const].map(
    ([name, words], index) => {
      const left = MARGIN + (index % 2) * 350;
      const y = MARGIN + 30 + Math.floor(index / 2) * LEGEND_ROW;
      return `<rect class="${name}" x="${left}" y="${y}" width="14" height="11"/><text x="${left + 20}" y="${y + 10}">${words}</text>`;
    },
  );
  const ticks = ticksUpTo(most).map(
    (bytes) =>
      `<line class="grid" x1="${px(x(bytes))}" x2="${px(x(bytes))}" y1="${top - 6}" y2="${bottom}"/>` +
      `<text class="soft" x="${px(x(bytes))}" y="${bottom + 18}" text-anchor="middle">${tickText(bytes)}</text>`,
  );
  const at = (index: number): number => top + index * ROW;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="lorank-bars" role="img" aria-labelledby="lorank-bars-title lorank-bars-desc" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}">`,
    `<title id="lorank-bars-title">${escaped(title)}</title>`,
    `<desc id="lorank-bars-desc">${escaped(description(rows, limit))}</desc>`,
    ...(style ? [`<style>\n${memoryBarsStyle}\n</style>`] : []),
    `<rect class="paper" width="${WIDTH}" height="${height}"/>`,
    `<text class="heading" x="${MARGIN}" y="${MARGIN + 12}">${escaped(title)}</text>`,
    ...legend,
    ...ticks,
    ...rows.map((row, index) => segments(row, at(index), x)),
    ...(limit ? [limitLine(limit, x(limit.bytes), top, bottom)] : []),
    ...rows.map((row, index) => words(row, at(index), { x, limit: limit?.bytes })),
    "</svg>",
    "",
  ].join("\n");
}

function segments(row: RankEstimate, y: number, x: (bytes: number) => number): string {
  const { deviceBytes, allocatedBytes } = row.estimate;
  const from = y + (ROW - THICK) / 2;
  let start = 0;
  const parts = groups.map(([name, words, parts]) => {
    const bytes = bytesOf(row, parts);
    const left = x(start);
    start += bytes;
    const width = x(start) - left - 1; // one pixel of paper between neighbours
    if (width <= 0) return "";
    return `<rect class="${name}" x="${px(left)}" y="${from}" width="${px(width)}" height="${THICK}"><title>${words}: ${formatDecimalBytes(bytes)}</title></rect>`;
  });
  const [lo, hi] = deviceBytes.map(formatDecimalBytes);
  return [
    ...parts,
    `<rect class="band" x="${px(x(allocatedBytes))}" y="${from}" width="${px(x(deviceBytes[1]) - x(allocatedBytes))}" height="${THICK}"><title>device: ${lo} to ${hi}</title></rect>`,
  ].join("");
}

/** Width that the figures beside a bar may take. */
const FIGURES = 160;

function words(
  row: RankEstimate,
  y: number,
  { x, limit = 0 }: { readonly x: (bytes: number) => number; readonly limit: number | undefined },
): string {
  const { deviceBytes, allocatedBytes } = row.estimate;
  const middle = y + ROW / 2 + 4;
  const [end, line] = [x(deviceBytes[1]), x(limit)];
  // Figures that the line of the limit would cross stand behind it.
  const left = line >= end && line < end + 8 + FIGURES ? line : end;
  return (
    `<text x="${LEFT - 10}" y="${middle}" text-anchor="end">${rowWords(row)}</text>` +
    `<text x="${px(left + 8)}" y="${middle}">${formatDecimalBytes(allocatedBytes)}` +
    `<tspan class="soft"> · up to ${formatDecimalBytes(deviceBytes[1])}</tspan></text>`
  );
}

function limitLine(
  { label, bytes }: { label: string; bytes: number },
  at: number,
  top: number,
  bottom: number,
): string {
  const anchor = at > LEFT + BARS / 2 ? "end" : "start";
  return (
    `<line class="limit" x1="${px(at)}" x2="${px(at)}" y1="${top - 12}" y2="${bottom}"/>` +
    `<text x="${px(at)}" y="${top - 16}" text-anchor="${anchor}">${escaped(label)}, ${formatDecimalBytes(bytes)}</text>`
  );
}

function description(rows: readonly RankEstimate[], limit: MemoryBarsOptions["limit"]): string {
  const sentences = rows.map((row) => {
    const parts = groups
      .map(([, words, names]) => [words, bytesOf(row, names)] as const)
      .filter(([, bytes]) => bytes > 0)
      .map(([words, bytes]) => `${words} ${formatDecimalBytes(bytes)}`);
    const { allocatedBytes, deviceBytes } = row.estimate;
    const device = deviceBytes.map(formatDecimalBytes).join(" to ");
    return `${rowWords(row)}: ${formatDecimalBytes(allocatedBytes)} allocated, ${device} on the device; ${parts.join(", ")}.`;
  });
  const line = limit ? [`The line is ${limit.label}, ${formatDecimalBytes(limit.bytes)}.`] : [];
  return [...sentences, ...line].join(" ");
}

function rowWords({ method, rank }: RankEstimate): string {
  if (rank === null) return "full";
  return method === "lora" ? `rank ${rank}` : `QLoRA, rank ${rank}`;
}

function bytesOf({ estimate }: RankEstimate, parts: readonly (keyof MemoryParts)[]): number {
  return parts.reduce((sum, name) => sum + estimate.parts[name], 0);
}

/** Ticks, about five round values from 0, in steps of 1, 2 or 5 times a power of ten. */
function ticksUpTo(most: number): number[] {
  const unit = most >= 1e9 ? 1e9 : 1e6;
  const rough = most / unit / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough)! * unit;
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step);
}

function tickText(bytes: number): string {
  const unit = bytes >= 1e9 ? 1e9 : 1e6;
  return bytes === 0 ? "0" : `${Number((bytes / unit).toPrecision(3))} ${unit === 1e9 ? "GB" : "MB"}`;
}

function px(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Style sheet for {@link memoryBars}, light and dark. Contrast on paper: at least 3 for fills, 4.5 for texts. */
export const memoryBarsStyle = `
.lorank-bars { font: 12.5px system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; }
.lorank-bars .paper { fill: #fdfdfb; }
.lorank-bars text { fill: #1a1d21; stroke: #fdfdfb; stroke-width: 3px; paint-order: stroke; }
.lorank-bars .soft { fill: #596069; }
.lorank-bars .heading { font-size: 15px; font-weight: 600; }
.lorank-bars .grid { stroke: #e0e3e2; }
.lorank-bars .band { fill: none; stroke: #596069; stroke-dasharray: 3 2; }
.lorank-bars .limit { stroke: #1a1d21; stroke-width: 2; }
.lorank-bars .base { fill: #4a5560; }
.lorank-bars .trained { fill: #0a6b62; }
.lorank-bars .checkpoints { fill: #7a5bb5; }
.lorank-bars .blocks { fill: #2b7bba; }
.lorank-bars .inputs { fill: #c2571a; }
.lorank-bars .logits { fill: #b8317f; }
.lorank-bars .generation { fill: #8a6d00; }
.lorank-bars .scratch { fill: #80868c; }
@media (prefers-color-scheme: dark) {
.lorank-bars .paper { fill: #15181b; }
.lorank-bars text { fill: #e9ebec; stroke: #15181b; }
.lorank-bars .soft { fill: #a3abb2; }
.lorank-bars .grid { stroke: #2b3136; }
.lorank-bars .band { stroke: #a3abb2; }
.lorank-bars .limit { stroke: #e9ebec; }
.lorank-bars .base { fill: #8794a1; }
.lorank-bars .trained { fill: #5fcdbd; }
.lorank-bars .checkpoints { fill: #b59cf0; }
.lorank-bars .blocks { fill: #6fb4ea; }
.lorank-bars .inputs { fill: #f0a07a; }
.lorank-bars .logits { fill: #f08cc4; }
.lorank-bars .generation { fill: #d8c060; }
.lorank-bars .scratch { fill: #747b82; }
}
`.trim();
