import { loadDataset } from "@lorank/train/browser";
import { expect, test } from "vitest";
import { labelOf } from "../src/settings.ts";

const rows = (count: number, row: (i: number) => string): Uint8Array =>
  new TextEncoder().encode(Array.from({ length: count }, (_, i) => row(i)).join("\n"));

test("a note names the form's fields, and says of what the form lacks that the command line has it", async () => {
  const file = rows(40, (i) => (i === 0 ? "text;label;split" : `mail ${i};${"ab"[i % 2]};${split(i)}`));
  const options = { data: "mails.csv", optionName: labelOf };
  const { notes } = await loadDataset(options, async () => file);
  const text = notes.join("\n");
  expect(text).toContain('the text is in column "text" (Text column)');
  expect(text).toContain("(the command line's --delimiter says otherwise)");
  expect(text).toContain("(the command line's --test-examples scores on them)");
});

function split(i: number): string {
  return i > 30 ? "test" : i > 20 ? "validation" : "train";
}

test("an error about a file names fields of the form", async () => {
  const file = rows(40, (i) => `{"ask": "what is ${i} times two", "say": "it is ${2 * i} of course"}`);
  const error = await loadDataset({ data: "pairs.jsonl", optionName: labelOf }, async () => file).catch(
    String,
  );
  expect(error).toContain("By what the columns hold: Prompt column ask Response column say");
  expect(error).not.toContain("--");
});
