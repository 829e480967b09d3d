import { expect, test } from "vitest";
import { judgeAnswers } from "../src/index.ts";
import { lastNumber } from "../src/scorers.ts";

test.each([
  ["The answer is 42.", 42],
  ["1,234.5", 1234.5],
  ["12,345,678", 12_345_678],
  ["1, 2, 3", 3],
  ["1,2,3", 3],
  ["-7", -7],
  ["−7 °C", -7],
  ["it is -$1,200.50!", -1200.5],
  ["$ 18", 18],
  ["€5", 5],
  ["10 - 4", 4],
  ["- 4", 4],
  ["$-4", -4],
  ["1.234.567", 1.234],
  ["10-4", 4],
  ["x = -4", -4],
  ["(-4)", -4],
  ["2e-5", 2e-5],
  [".5", 0.5],
  ["3rd", 3],
  ["5 kg of CO2", 5],
  ["#### 72", 72],
  ["\\boxed{72}", 72],
  ["**72**", 72],
  ["72\n\n", 72],
  ["٣", undefined],
  ["none", undefined],
  ["", undefined],
])("the last number of %j is %d", (text, value) => {
  expect(lastNumber(text)).toBe(value);
});

const judged = async (metric: string, answer: string, reference: unknown) => {
  const { answers } = await judgeAnswers([{ example: "1", prompt: "", answer, reference }], [metric]);
  return answers[0]!.values[metric];
};

test.each([
  ["numeric", "It is 1,234.50.", "1234.5", 1],
  ["numeric", "first 5, then 6", "5", 0],
  ["numeric", "I do not know", "5", 0],
  ["numeric", "", "5", 0],
  ["numeric", "-5", "5", 0],
  ["numeric", "5", 5, 1],
  ["numeric", "0.3", "0.1", 0],
  ["numeric:0.01", "1.01", "1", 1], // 1.01 - 1 is 0.010000000000000009 in binary
  ["numeric:0.01", "1.0101", "1", 0],
  ["numeric:1e3", "1999", "1000", 1],
  ["not-numeric:0.01", "1.01", "1", 0],
  // A percent sign is a unit.
  ["numeric", "37 %", "37%", 1],
  ["numeric", "37%", "37", 1],
  ["numeric", "37", "37%", 1],
  ["numeric", "37%", "0.37", 0],
  ["numeric", "0.37", "37%", 0],
  ["numeric", "0.5%", "0.005", 0],
  ["numeric", "37%", "0.37%", 0],
  ["numeric", "37%", "3.7", 0],
  ["numeric:0.5", "36.6%", "37%", 1],
])("%s of %j against %j is %d", async (metric, answer, reference, value) => {
  expect(await judged(metric, answer, reference)).toBe(value);
});

test("a reference without a number is refused", async () => {
  await expect(judged("numeric", "5", "five")).rejects.toMatchObject({
    code: "E_ANSWERS",
    message: 'reference must be a text with a number for numeric, got "five" in example 1',
  });
  // A quotation mark and 59 letters.
  await expect(judged("numeric", "5", "a".repeat(90))).rejects.toThrow(`got "${"a".repeat(59)} in example 1`);
});
