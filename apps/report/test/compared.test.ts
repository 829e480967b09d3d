import { createHash } from "node:crypto";
import { rankRows } from "@lorank/evidence/results";
import { describe, expect, test } from "vitest";
import { shownCompared } from "../src/compared.ts";
import { selectRanks } from "../src/data/selected.ts";
import { type Reported, renderReport } from "../src/index.ts";
import { fortyArms, longNames, modelsByCost, modelsWithoutCosts, twelveArms } from "./fixtures/arms.ts";
import { bodyOf, textOf } from "./fixtures/page.ts";
import { adequate } from "./fixtures/scenes.ts";

describe("what is compared", () => {
  test("is ranks, or arms by name and cost", () => {
    const ranks = shownCompared(adequate().decision);
    expect([ranks.head, ranks.cell(8), ranks.label(8), ranks.costOf(8)]).toEqual([
      "Rank",
      "8",
      "rank 8",
      undefined,
    ]);
    const arms = shownCompared(modelsByCost().decision);
    expect([arms.head, arms.cell(4), arms.label(4), arms.costOf(4)]).toEqual([
      ...["model", "llama 3.2, 1b", "llama 3.2, 1b", 12],
    ]);
    expect(arms.name(4)).toBe('"llama 3.2, 1b"');
    expect(shownCompared(modelsWithoutCosts().decision).costOf(4)).toBeUndefined();
  });
});

describe("a report on arms", () => {
  const arms: readonly (readonly [name: string, results: () => Reported])[] = [
    ["by cost", modelsByCost],
    ["without costs", modelsWithoutCosts],
    ["forty of them", fortyArms],
  ];
  test.each(arms)("says nothing of ranks: %s", (_, results) => {
    const text = textOf(renderReport(results()));
    // LoRAnk's own name aside.
    expect(text.match(/.{20}\branks?\b.{20}/gi) ?? []).toEqual([]);
  });

  test("is in the order of the arms, in tables and in charts", () => {
    const page = renderReport(modelsByCost());
    const order = ["<b>smol</b>lm2", "gemma3", "qwen3-4b", "llama 3.2, 1b"];
    const escaped = order.map((name) => name.replaceAll("<", "&lt;"));
    const sectionOf = (id: string) =>
      new RegExp(`<section id="${id}"[\\s\\S]*?(?=<section id=|</main>)`).exec(page)![0];
    for (const id of ["arms", "differences"]) {
      const heads = [...sectionOf(id).matchAll(/<th scope="row"[^>]*>([^<]*)/g)].map(([, name]) => name);
      expect(heads).toEqual(escaped);
    }
    const labels = [...sectionOf("quality").matchAll(/<text class="label[^>]*>([^<]*)/g)].map(
      ([, name]) => name,
    );
    expect(labels.filter((label) => escaped.includes(label!)).slice(0, 4)).toEqual(escaped);
  });

  test("has every name as text, never as HTML", () => {
    const body = bodyOf(renderReport(twelveArms()));
    expect(body).not.toContain("<script>alert");
    const escaped = (name: string) =>
      name.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
    for (const name of longNames) expect(textOf(body)).toContain(escaped(name));
  });

  test("has its own style sheet, which its policy allows, and a report on ranks has none of it", () => {
    const styleOf = (page: string) => /<style>([\s\S]*?)<\/style>/.exec(page)![1]!;
    const [ofArms, ofRanks] = [styleOf(renderReport(modelsByCost())), styleOf(renderReport(adequate()))];
    expect(ofArms.startsWith(ofRanks)).toBe(true);
    expect(ofArms.length).toBeGreaterThan(ofRanks.length);
    expect(ofRanks).not.toContain(".arms");
    const hash = createHash("sha256").update(ofArms).digest("base64");
    expect(renderReport(modelsByCost())).toContain(`style-src 'sha256-${hash}'`);
  });

  test("shows the first of many, the one to use and its neighbours, and others at equal distances", () => {
    const results = fortyArms();
    const shown = selectRanks(rankRows(results), results.decision, 24).map(({ rank }) => rank);
    const steps = shown.slice(1).map((rank, i) => rank - shown[i]!);
    expect(shown).toHaveLength(24);
    expect(Math.max(...steps)).toBeLessThanOrEqual(3);
    expect(shown).toContain(results.decision.bestRank);
  });
});
