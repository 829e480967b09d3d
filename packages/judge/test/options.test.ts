// Options as a caller in JavaScript writes them.
import { expect, test } from "vitest";
import { judgeAnswers } from "../src/index.ts";

const answer = { example: "a", prompt: "1+1", answer: "2", reference: "2" };

test.each<[readonly unknown[], string]>([
  [[], "answers must be a list, got undefined"],
  [[[answer]], "metrics must be a list, got undefined"],
  [[[answer], "equals"], "metrics must be a list, got equals"],
  [
    [[{ ...answer, answer: undefined, anwser: "2" }], ["equals"]],
    "anwser must be one of an answer, got an unknown one. Did you mean answer?\nanswer must be in an answer, got nothing",
  ],
  [
    [[{ answer: "2" }], ["is-json"]],
    "example must be in an answer, got nothing\nprompt must be in an answer, got nothing",
  ],
  [
    [[answer], ["equals"], { openJugde: () => {} }],
    "openJugde must be one of the options of judgeAnswers, got an unknown one. Did you mean openJudge?",
  ],
])("%j", async (args, message) => {
  const judge = judgeAnswers as (...args: readonly unknown[]) => Promise<unknown>;
  await expect(judge(...args)).rejects.toMatchObject({ name: "InputError", code: "E_OPTIONS", message });
});
