import { expect, test } from "vitest";
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

test("without a tokenizer there is no text", () => {
  const answer = new AnswerText(undefined, []);
  expect([answer.add(5), answer.rest(), answer.text()]).toEqual(["", "", ""]);
});
