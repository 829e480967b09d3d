import { describe, expect, test } from "vitest";
import { layerScaling } from "../../src/index.ts";
import { classesOf, classNamesProblem, id2label, label2id, namesById } from "../../src/peft/adapter.ts";
import { counting, smallAdapter } from "../helpers/adapters.ts";
import { caught } from "../helpers/caught.ts";

describe("an adapter", () => {
  test("a layer is scaled by its own alpha and rank, not by the adapter's", () => {
    const layers = new Map([["q", { loraA: counting(4, 8), loraB: counting(8, 4), alpha: 6 }]]);
    expect(layerScaling(smallAdapter({ layers }), "q")).toBe(6 / 4);
    expect(layerScaling(smallAdapter({ layers, scalingRule: "rslora" }), "q")).toBe(6 / 2);
  });

  test("a layer that is not there is named", () => {
    expect(caught(() => layerScaling(smallAdapter(), "q")).message).toBe(
      'layer must be one of the adapter\'s, got "q"',
    );
  });
});

describe("class names", () => {
  const headsOf = (...names: string[]) => new Map(names.map((name, i) => [name, counting(i + 2, 4)]));

  describe("classesOf", () => {
    test.each([
      [["score.weight"], 2],
      [["classifier.weight"], 2],
      [["pre_classifier.weight", "classifier.weight"], 3], // DistilBERT
      [["classifier.dense.weight", "classifier.out_proj.weight"], 3], // RoBERTa
      [["classifier.bias"], undefined],
      [["lm_head.weight"], undefined],
      [[], undefined],
    ])("of %j are %s", (names, classes) => {
      expect(classesOf({ heads: headsOf(...names) })).toBe(classes);
    });
  });

  describe("names and ids", () => {
    const names = ["spam", "ham", "10", "__proto__"];

    test("are those of transformers, in the order of the ids, and come back", () => {
      expect(JSON.stringify(id2label(names))).toBe('{"0":"spam","1":"ham","2":"10","3":"__proto__"}');
      expect(Object.entries(label2id(names)).sort()).toEqual([
        ["10", 2],
        ["__proto__", 3],
        ["ham", 1],
        ["spam", 0],
      ]);
      expect(namesById(JSON.parse(JSON.stringify(id2label(names))))).toEqual(names);
      expect(namesById({ 1: "b", 0: "a" })).toEqual(["a", "b"]);
    });

    test.each([
      ["an id is missing", { 0: "a", 2: "c" }],
      ["an id is a word", { 0: "a", one: "b" }],
      ["a name is no text", { 0: "a", 1: 1 }],
      ["it is a list", ["a", "b"]],
      ["there is none", undefined],
    ])("are none where %s", (_, value) => {
      expect(namesById(value)).toBeUndefined();
    });
  });

  describe("classNamesProblem", () => {
    const heads = headsOf("score.weight");

    test("is none for a name for each output, and for an adapter that names no classes", () => {
      expect(classNamesProblem({ classNames: ["a", "b"], heads })).toBeUndefined();
      expect(classNamesProblem({ heads })).toBeUndefined();
      expect(classNamesProblem({ classNames: ["a", "b", "c"], heads: new Map() })).toBeUndefined();
    });

    test.each([
      [["a"], '2 different names, one for each output of the head, got ["a"]'],
      [["a", "a"], '2 different names, one for each output of the head, got ["a","a"]'],
    ])("of %j says how many there must be", (classNames, rule) => {
      expect(classNamesProblem({ classNames, heads })).toBe(`class names must be ${rule}`);
    });

    test("of no names at all says that there must be one", () => {
      expect(classNamesProblem({ classNames: [], heads: new Map() })).toMatch(
        /^class names must be at least one/,
      );
    });
  });
});
