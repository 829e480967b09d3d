import { describe, expect, test } from "vitest";
import { AnswerText } from "../../src/generate/answer-text.ts";
import { tokenizerAt, tokenizerFixture } from "../tokenizer/fixtures.ts";

/** Tokens are letters. */
const letters = { decode: (ids: readonly number[]) => String.fromCharCode(...ids) };

function pieces(text: string, stops: readonly string[]) {
  const answer = new AnswerText(letters, stops);
  const settled: string[] = [];
  for (const letter of text) {
    settled.push(answer.add(letter.charCodeAt(0)));
    if (answer.isStopped) break;
  }
  return { settled, rest: answer.rest(), text: answer.text() };
}

test("text that may begin a stop string is held back until that is clear", () => {
  expect(pieces("a\n\nb", ["\n\nQ"])).toEqual({
    settled: ["a", "", "", "\n\nb"],
    rest: "",
    text: "a\n\nb",
  });
  expect(pieces("a\n", ["\n\nQ"])).toEqual({ settled: ["a", ""], rest: "\n", text: "a\n" });
});

test("a stop string ends the text and is no part of it", () => {
  const { settled, rest, text } = pieces("ab##c", ["##", "zz"]);
  expect({ settled, rest, text }).toEqual({ settled: ["a", "b", "", ""], rest: "", text: "ab" });
  expect(pieces("xaab", ["aab"])).toEqual({ settled: ["x", "", "", ""], rest: "", text: "x" });
});

test("the bytes of a letter come together, and a broken one at the end", () => {
  const tokenizer = tokenizerAt(tokenizerFixture("smollm"));
  const ids = tokenizer.ids("Köln 😀!");
  const answer = new AnswerText(tokenizer, []);
  const settled = ids.map((id) => answer.add(id));
  expect(settled.join("")).toBe("Köln 😀!");
  expect(settled.join("")).not.toContain("\ufffd");
  const broken = new AnswerText(tokenizer, []);
  const half = tokenizer.ids("😀").slice(0, 2);
  expect(half.map((id) => broken.add(id)).join("")).toBe("");
  expect(broken.rest()).toBe("\ufffd");
});

describe.each(["smollm", "gpt2"])("a long answer of kind %s", (kind) => {
  const tokenizer = tokenizerAt(tokenizerFixture(kind));
  const ids = tokenizer.ids("Köln 😀 ist schön, 東京 too.\n  It\u2019s 12 o'clock! ".repeat(12));

  test("has the text of all its tokens, of which few are decoded for each that comes", () => {
    let most = 0;
    const counted = {
      decode: (tokens: readonly number[]) => {
        most = Math.max(most, tokens.length);
        return tokenizer.decode(tokens);
      },
    };
    const answer = new AnswerText(counted, ["never"]);
    const settled = ids.map((id) => answer.add(id)).join("") + answer.rest();
    expect(settled).toBe(tokenizer.decode(ids));
    expect(ids.length).toBeGreaterThan(200);
    expect(most).toBeLessThan(80);
    expect(answer.text()).toBe(tokenizer.decode(ids));
  });

  test("ends with a stop string that comes late", () => {
    const answer = new AnswerText(tokenizer, [" STOP"]);
    const all = [...ids, ...tokenizer.ids("and STOP here")];
    const settled: string[] = [];
    for (const id of all) {
      settled.push(answer.add(id));
      if (answer.isStopped) break;
    }
    expect(settled.join("")).toBe(answer.text());
    expect(answer.text()).toBe(`${tokenizer.decode(ids)}and`);
  });
});

test("without a tokenizer there is no text", () => {
  const answer = new AnswerText(undefined, []);
  expect([answer.add(5), answer.rest(), answer.text()]).toEqual(["", "", ""]);
});
