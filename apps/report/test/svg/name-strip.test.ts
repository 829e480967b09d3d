import { describe, expect, test } from "vitest";
import { cutToEms, nameLines, nameStrip } from "../../src/svg/name-strip.tsx";
import { longNames } from "../fixtures/arms.ts";

describe("a name over a chart's row", () => {
  test("has a line if it is short, and breaks behind separators if it is long", () => {
    expect(nameLines("rank 8")).toEqual(["rank 8"]);
    const name = "openai/gpt-oss-20b, attention and mlp projections at equal parameters";
    const lines = nameLines(name);
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.join(" ")).toBe(name);
  });

  test("breaks within a word that no line has room for, and loses nothing of it", () => {
    for (const name of ["W".repeat(60), "語".repeat(60), `a ${"b".repeat(80)} c`]) {
      const lines = nameLines(name);
      expect(lines.length).toBeGreaterThan(1);
      expect(lines.join("").replaceAll(" ", "")).toBe(name.replaceAll(" ", ""));
    }
  });

  test("keeps names apart that begin alike, up to the last of its lines", () => {
    const [a, b] = ["one", "two"].map((end) => nameLines(`${"mistralai/Mistral-7B, ".repeat(4)}${end}`));
    expect(a!.slice(0, -1)).toEqual(b!.slice(0, -1));
    expect(a!.at(-1)).not.toBe(b!.at(-1));
  });

  test("ends in an ellipsis after four lines, and is then whole beside them", () => {
    const name = longNames[1]!;
    const strip = nameStrip(name, "1.5");
    expect(strip.lines).toHaveLength(4);
    expect(strip.lines.at(-1)).toMatch(/…$/);
    expect(strip.whole).toBe(name);
    expect(nameStrip("short", "1.5").whole).toBeUndefined();
  });

  test("has its words in its last line if there is room, and else in one of their own", () => {
    const words = "−0.3 (−0.9 to +0.4)";
    expect(nameStrip("rank 8", words).height).toBe(22);
    expect(nameStrip("a name that nearly fills its line", words).height).toBe(44);
    expect(nameStrip("", "").lines).toEqual([""]);
  });
});

test("a text is cut to a width only if it is wider", () => {
  expect(cutToEms("model", 10)).toBe("model");
  expect(cutToEms("trainable parameters of the model", 10)).toMatch(/^trainable para.*…$/);
});
