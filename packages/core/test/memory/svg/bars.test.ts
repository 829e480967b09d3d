import { describe, expect, test } from "vitest";
import { formatDecimalBytes } from "../../../src/index.ts";
import { memoryRows } from "../../../src/memory/rows.ts";
import { memoryBars, memoryBarsStyle, profileOf } from "../../../src/memory.ts";
import { findCard } from "../../../src/memory-names.ts";
import { modelShapeFromConfig } from "../../../src/models.ts";
import { llama31With8B } from "../../models.ts";

const shape = modelShapeFromConfig(llama31With8B);
const options = {
  ...{ shape, targets: shape.linears, profile: profileOf("peft"), microBatch: 1, seq: 1024 },
  ...{ base: "bf16" as const, ranks: [4, 64], method: "compare" as const },
};
const rows = memoryRows(options);
/** Rows whose peak is in the backward pass of a block. */
const backwardRows = memoryRows({
  ...options,
  method: "lora",
  seq: 16_384,
  settings: { loss: "fused", checkpointing: "on" },
});
const limit = { label: "24GB", bytes: findCard("4090")!.bytes };

/** The elements by tag, with their attributes; throws unless every one is closed where it should be. */
function elements(svg: string): { tag: string; attributes: Record<string, string> }[] {
  const open: string[] = [];
  const found: { tag: string; attributes: Record<string, string> }[] = [];
  for (const [, closing, tag = "", rest = "", empty] of svg.matchAll(
    /<(\/?)([a-z]+)((?:\s[^<>]*?)?)(\/?)>/g,
  )) {
    if (closing) {
      if (open.pop() !== tag) throw new Error(`</${tag}> closes something else`);
      continue;
    }
    const attributes = [...rest.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]);
    found.push({ tag, attributes: Object.fromEntries(attributes) });
    if (!empty) open.push(tag);
  }
  if (open.length > 0) throw new Error(`${open} is not closed`);
  return found;
}

describe("memoryBars", () => {
  test("is one well-formed document, named and described in words, without scripts or addresses", () => {
    const svg = memoryBars(rows, { title: "<i> & 'quotes'", limit });
    const [root] = elements(svg);
    expect(root).toMatchObject({ tag: "svg", attributes: { role: "img" } });
    for (const id of root!.attributes["aria-labelledby"]!.split(" ")) expect(svg).toContain(`id="${id}"`);
    expect(svg).toContain("<title id=\"lorank-bars-title\">&lt;i&gt; &amp; 'quotes'</title>");
    const description = /<desc[^>]*>(.*)<\/desc>/.exec(svg)?.[1] ?? "";
    for (const { estimate } of rows) {
      expect(description).toContain(`${formatDecimalBytes(estimate.allocatedBytes)} allocated`);
      expect(description).toContain(formatDecimalBytes(estimate.deviceBytes[1]));
    }
    expect(description).toContain("The line is 24GB, 24.0 GB.");
    expect(svg.replace("http://www.w3.org/2000/svg", "")).not.toMatch(
      /https?:|<script|url\(|@import|\son\w+=/,
    );
  });

  test("bars are as long as their bytes, and end at the upper bound", () => {
    const svg = memoryBars(rows, { limit });
    const rectangles = elements(svg).filter(
      ({ tag, attributes }) => tag === "rect" && attributes.height === "18",
    );
    const bands = rectangles.filter(({ attributes }) => attributes.class === "band");
    expect(bands).toHaveLength(rows.length);
    const end = ({ attributes }: (typeof bands)[0]) => Number(attributes.x) + Number(attributes.width);
    const left = 112;
    const scale = (end(bands.at(-1)!) - left) / rows.at(-1)!.estimate.deviceBytes[1];
    for (const [index, { estimate }] of rows.entries()) {
      expect(Number(bands[index]!.attributes.x) - left).toBeCloseTo(scale * estimate.allocatedBytes, 0);
      expect(end(bands[index]!) - left).toBeCloseTo(scale * estimate.deviceBytes[1], 0);
      const own = rectangles.filter(({ attributes }) => attributes.y === bands[index]!.attributes.y);
      const ofBase = own.find(({ attributes }) => attributes.class === "base")!;
      const { baseWeights, quantizationConstants } = estimate.parts;
      expect(Number(ofBase.attributes.width) + 1).toBeCloseTo(
        scale * (baseWeights + quantizationConstants),
        0,
      );
      // segments and band do not overlap
      const ends = own.map(end);
      for (const [at, { attributes }] of own.entries())
        if (at > 0) expect(Number(attributes.x)).toBeGreaterThanOrEqual(ends[at - 1]! - 0.2);
    }
    const line = elements(svg).find(({ attributes }) => attributes.class === "limit")!;
    expect(Number(line.attributes.x1) - left).toBeCloseTo(scale * limit.bytes, 0);
  });

  test("figures stand behind the limit's line where it would cross them, and beside the bar elsewhere", () => {
    for (const bytes of [1, 20e9, 36e9, 50e9, 120e9]) {
      const all = elements(memoryBars(rows, { limit: { label: "a card", bytes } }));
      const line = Number(all.find(({ attributes }) => attributes.class === "limit")!.attributes.x1);
      const bands = all.filter(({ attributes }) => attributes.class === "band" && attributes.height === "18");
      const figures = all.filter(
        ({ tag, attributes }) => tag === "text" && Object.keys(attributes).join() === "x,y",
      );
      for (const { attributes: band } of bands) {
        const end = Number(band.x) + Number(band.width);
        const own = figures.find(({ attributes }) => Number(attributes.y) === Number(band.y) + 13)!;
        const start = Number(own.attributes.x);
        // 150 pixels hold the longest figures.
        expect(line < start || line > start + 150, `${bytes}`).toBe(true);
        expect(Math.abs(start - 8 - end) < 0.2 || Math.abs(start - 8 - line) < 0.2, `${bytes}`).toBe(true);
      }
    }
  });

  test("segments hold every part of a peak", () => {
    for (const { estimate } of backwardRows) expect(estimate.peakPhase).toBe("block backward");
    const rectangles = elements(memoryBars(backwardRows, {})).filter(
      ({ tag, attributes }) => tag === "rect" && attributes.height === "18",
    );
    for (const { attributes: band } of rectangles.filter(({ attributes }) => attributes.class === "band")) {
      const own = rectangles.filter(
        ({ attributes }) => attributes.y === band.y && attributes.class !== "band",
      );
      const last = Math.max(...own.map(({ attributes }) => Number(attributes.x) + Number(attributes.width)));
      expect(Math.abs(Number(band.x) - last)).toBeLessThan(3);
    }
  });

  test("a limit beyond all bars is inside the picture, and a single small model has a scale", () => {
    const svg = memoryBars(rows, { limit: { label: "1000GB", bytes: 1e12 } });
    const line = elements(svg).find(({ attributes }) => attributes.class === "limit")!;
    expect(Number(line.attributes.x1)).toBeLessThan(760);
    const [row] = rows;
    const small = { ...row!.estimate, allocatedBytes: 3e8, deviceBytes: [6e8, 9e8] as const };
    expect(memoryBars([{ ...row!, estimate: small } as typeof row & object])).toContain("200 MB</text>");
    expect(() => elements(memoryBars([]))).not.toThrow();
  });

  test("can leave its style to the page", () => {
    expect(memoryBars(rows)).toContain(memoryBarsStyle);
    expect(memoryBars(rows, { style: false })).not.toContain("<style");
  });
});

describe("its colours", () => {
  const [light = "", dark = ""] = memoryBarsStyle.split("@media");
  const colours = (sheet: string): Map<string, string> =>
    new Map(
      [...sheet.matchAll(/\.lorank-bars \.?([a-z]+) \{ (?:fill: none; )?(?:fill|stroke): (#\w{6})/g)].map(
        ([, name, colour]) => [name!, colour!],
      ),
    );
  test.each([
    ["light", colours(light)],
    ["dark", colours(dark)],
  ])("stand out from the paper: %s", (_, found) => {
    const paper = found.get("paper")!;
    for (const name of ["text", "soft"]) expect(contrast(found.get(name)!, paper), name).toBeGreaterThan(4.5);
    const fills = [
      "base",
      "trained",
      "checkpoints",
      "blocks",
      "inputs",
      "logits",
      "scratch",
      "band",
      "limit",
    ];
    for (const name of fills) expect(contrast(found.get(name)!, paper), name).toBeGreaterThan(3);
    expect(new Set(fills.slice(0, 7).map((name) => found.get(name))).size).toBe(7);
  });
});

/** Source: WCAG 2.2, relative luminance and contrast ratio. */
function contrast(one: string, other: string): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
