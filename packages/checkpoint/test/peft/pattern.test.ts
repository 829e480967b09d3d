import { describe, expect, test } from "vitest";
import { isInside, matchesModule, patternLookup, patternOfPaths } from "../../src/peft/pattern.ts";
import { caught } from "../helpers/caught.ts";

describe("module paths", () => {
  test("a module name matches whole last parts of a path", () => {
    expect(matchesModule("model.layers.0.q_proj", "q_proj")).toBe(true);
    expect(matchesModule("model.layers.10.q_proj", "0.q_proj")).toBe(false);
    expect(matchesModule("model.my_q_proj", "q_proj")).toBe(false);
    expect(matchesModule("score", "score")).toBe(true);
  });

  test("a tensor is inside a module when a leading part of its name is one", () => {
    expect(isInside("score.weight", "score")).toBe(true);
    expect(isInside("classifier.out_proj.weight", "classifier")).toBe(true);
    expect(isInside("model.score.weight", "score")).toBe(true);
    expect(isInside("pre_classifier.weight", "classifier")).toBe(true); // PEFT asks for no dot, so DistilBERT's goes along
    expect(isInside("scorer.weight", "score")).toBe(false);
    expect(isInside("model.score", "score")).toBe(false); // the name of a parameter, not of a module
  });
});

describe("patterns", () => {
  describe("patternLookup", () => {
    // each row as re.match(rf"(.*\.)?({key})$", path) of Python answers it
    test.each([
      ["q_proj", "model.layers.0.self_attn.q_proj", true],
      ["q_proj", "q_proj", true],
      ["q_proj", "model.my_q_proj", false],
      ["q_proj", "model.q_proj.inner", false],
      ["layers.1.q", "model.layers.1.q", true],
      ["layers.1.q", "model.layers.11.q", false],
      ["self.q", "model.self_q", true], // a dot is any character
      ["^model.q", "model.q", true],
      ["^model.q", "draft.model.q", false],
      [".*\\.(q|v)_proj", "model.layers.0.self_attn.v_proj", true],
      [".*\\.(q|v)_proj", "model.layers.0.self_attn.k_proj", false],
      ["layers\\.[0-3]\\..*", "model.layers.3.mlp", true],
      ["layers\\.[0-3]\\..*", "model.layers.4.mlp", false],
      ["layers\\.\\d{1,2}\\.(?:mlp|self_attn)\\.\\w+", "model.layers.27.mlp.up_proj", true],
      ["layers\\.\\d{1,2}\\.(?:mlp|self_attn)\\.\\w+", "model.layers.127.mlp.up_proj", false],
      ["q|v", "model.v", true],
      ["(q|v)?_proj", "model._proj", true],
      ["", "anything.", true],
      ["x+?", "a.xxx", true],
      ["[^.]+", "a.b", true],
      ["q$", "a.q", true],
    ])("%s on %s: %s", (key, path, matches) => {
      expect(patternLookup("rank_pattern", [[key, 4]])(path)).toBe(matches ? 4 : undefined);
    });

    test("the first key that matches wins", () => {
      const rankOf = patternLookup("rank_pattern", Object.entries({ "1.q": 2, q: 4, "0.q": 8 }));
      expect(["0.q", "1.q", "2.q"].map(rankOf)).toEqual([4, 2, 4]);
    });

    test.each([
      ["(q", 'got "(" without ")"'],
      ["q)", 'got ")" without "("'],
      ["*q", 'got "*" with nothing to repeat'],
      ["q**", "got a quantifier after a quantifier"],
      ["[q", 'got "[" without "]"'],
      ["[b-a]", "got [b-a]"],
      ["(?=q)q", 'got "(?="'],
      ["(q)\\1", 'got "\\1"'],
      ["q\\", 'got "\\" at the end'],
      [`${"(".repeat(30)}q`, "got groups nested more than 20 deep"],
    ])("refuses %s by name", (key, what) => {
      const error = caught(() => patternLookup("adapter_config.json: rank_pattern", [[key, 4]]));
      expect(error).toMatchObject({
        code: "E_PEFT",
        message: `adapter_config.json: rank_pattern: ${JSON.stringify(key).replaceAll("\\\\", "\\")} must be a regular expression over module paths, ${what}`,
      });
    });

    // each of these takes a backtracking engine longer than the age of the universe
    test.each(["(a+)+b", "(a|a)*b", "(a*)*(a*)*(a*)*b", "(.*\\.)*(.*\\.)*(.*a)*b"])(
      "answers %s at once",
      (key) => {
        expect(patternLookup("rank_pattern", [[key, 4]])("a".repeat(60))).toBeUndefined();
      },
    );

    test("gives up on an expression that counts for ever", () => {
      const key = "((((a?){999}){999}){999}){999}b";
      const error = caught(() => patternLookup("rank_pattern", [[key, 4]])("a".repeat(2000)));
      expect(error.message).toBe(
        `rank_pattern: "${key}" must be a regular expression over module paths, got one that takes too long to match`,
      );
    });
  });

  test("gives up on many expressions that each take nearly as long as one may", () => {
    const key = "((((()){99}){99}){99}){1}x"; // a million steps over any path
    const numbers = Array.from({ length: 20_000 }, (_, i) => [`${key}${i}`, 4] as const);
    const error = caught(() => patternLookup("rank_pattern", numbers)("a"));
    expect(error.code).toBe("E_PEFT");
    expect(error.message).toMatch(/got one that takes too long to match$/);
  });

  describe("patternOfPaths", () => {
    test("is undone by patternLookup, also where one path ends like another", () => {
      const ranks = new Map([
        ["model.0.q", 4],
        ["draft.model.1.q", 8],
      ]);
      const paths = ["model.0.q", "draft.model.0.q", "model.1.q", "draft.model.1.q", "odd+name.q"];
      const pattern = patternOfPaths(ranks, paths);
      expect(pattern).toEqual({ "^model.0.q": 4, "draft.model.1.q": 8 });
      const rankOf = patternLookup("rank_pattern", Object.entries(pattern));
      expect(paths.map(rankOf)).toEqual([4, undefined, undefined, 8, undefined]);
    });

    test("escapes what a regular expression would take for its own", () => {
      const pattern = patternOfPaths(new Map([["odd+name(x).q", 3]]), []);
      const rankOf = patternLookup("rank_pattern", Object.entries(pattern));
      expect(["odd+name(x).q", "oddname(x).q"].map(rankOf)).toEqual([3, undefined]);
    });
  });
});
