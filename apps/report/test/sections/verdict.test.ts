import { claimsOf, inWords, onTopic } from "@lorank/core/results";
import { describe, expect, test } from "vitest";
import { renderReport } from "../../src/index.ts";
import * as scenes from "../fixtures/scenes.ts";
import { sectionText } from "./section-text.ts";

const { large: _, ...small } = scenes;
const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

describe.each(Object.entries(small))("the page of the scene %s", (_name, scene) => {
  test("begins with the answer and its reasons, then what to do", () => {
    const claims = claimsOf(scene());
    const text = sectionText(scene(), "verdict")!;
    const places = onTopic(claims, "verdict", "next").map((claim) => text.indexOf(inWords(claim)));
    expect(places.every((at) => at > 0)).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  test("tells no claim twice", () => {
    const page = renderReport(scene()).replace(/<title>[^<]*<\/title>/, "");
    for (const claim of claimsOf(scene())) {
      const times = page.split(escaped(inWords(claim))).length - 1;
      expect([claim.kind, times <= 1]).toEqual([claim.kind, true]);
    }
  });
});

test("where no rank has learned anything, none is at stake, and the table says of each that it is not above the prior", () => {
  const verdict = sectionText(scenes.nothingLearned(), "verdict")!;
  expect(verdict).toContain("What to do next.");
  expect(verdict).not.toMatch(/At stake|against rank|What would settle/);
  const table = sectionText(scenes.nothingLearned(), "ranks")!;
  expect(table.match(/not above the prior/g)).toHaveLength(4);
  expect(sectionText(scenes.nothingLearned(), "returns")).toBeUndefined();
});

test("what the recommended rank costs is told beside the best and the smallest rank", () => {
  const text = sectionText(scenes.adequate(), "verdict")!.replaceAll("\u202f", " ");
  expect(text).toMatch(/Rank 8 against rank (16|32), the best mean/);
  expect(text).toContain("Rank 8 against rank 2, the smallest tried");
  expect(text).toMatch(/× larger adapter file/);
});
