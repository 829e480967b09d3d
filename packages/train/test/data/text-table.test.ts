import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { readRows } from "../../../tables/test/helpers/read-rows.ts";
import { type TextTable, type TextTableOptions, textTableOf } from "../../src/data/text-table.ts";

const folder = temporaryFolder();

let files = 0;
function csv(content: string): string {
  const path = join(folder, `${files++}.csv`);
  writeFileSync(path, content);
  return path;
}
const tableOf = (path: string, options?: TextTableOptions): TextTable =>
  textTableOf(path, readRows(path), options);
const messageOf = (path: string, options?: TextTableOptions): string => {
  try {
    tableOf(path, options);
  } catch (error) {
    expect(error).toMatchObject({ name: "InputError", code: "E_DATA" });
    return (error as Error).message;
  }
  throw new Error("textTableOf did not throw");
};

describe("textTableOf", () => {
  test("guesses the columns by their usual names, whatever their case, and says that it did", () => {
    expect(tableOf(csv("Category,n,Message\nham,1,hello\nspam,2,win\n"))).toEqual({
      rows: [
        { id: "1", label: "ham", text: "hello" },
        { id: "2", label: "spam", text: "win" },
      ],
      textColumn: "Message",
      labelColumn: "Category",
      guessed: [
        { kind: "text", by: "name" },
        { kind: "label", by: "name" },
      ],
      skipped: 0,
    });
  });
  test("the more usual name wins over the place in the file", () => {
    const { textColumn, labelColumn } = tableOf(csv("sentence,text,class,label\na,b,c,d\n"));
    expect([textColumn, labelColumn]).toEqual(["text", "label"]);
  });
  test("columns that were asked for are no guess", () => {
    const path = csv("text,summary,label,stars\na,b,c,5\n");
    expect(tableOf(path, { textColumn: "summary", labelColumn: "stars" })).toEqual({
      rows: [{ id: "1", label: "5", text: "b" }],
      textColumn: "summary",
      labelColumn: "stars",
      guessed: [],
      skipped: 0,
    });
    expect(tableOf(path, { textColumn: "summary" }).guessed).toEqual([{ kind: "label", by: "name" }]);
  });
  test("an exact name wins over one in other capitals, wherever it stands; asked for, the only one alike is taken", () => {
    const path = csv("Text,LABEL,text,label,Split,split\na,x,b,y,dev,test\n");
    expect(tableOf(path).rows).toEqual([{ id: "1", label: "y", text: "b", split: "test" }]);
    expect(tableOf(path, { textColumn: "Text", labelColumn: "LABEL" }).rows[0]).toMatchObject({
      text: "a",
      label: "x",
    });
    expect(messageOf(path, { textColumn: "TEXT" })).toMatch("must be one of the file's, got TEXT");
    expect(tableOf(csv("Mail,Queue\na,x\n"), { textColumn: "mail", labelColumn: "queue" })).toMatchObject({
      textColumn: "Mail",
      labelColumn: "Queue",
      guessed: [],
    });
  });
  test("uses an id column where every row has its own", () => {
    const ids = (content: string) => tableOf(csv(content)).rows.map(({ id }) => id);
    expect(ids("id,text,label\nx7,a,b\nx9,a,b\n")).toEqual(["x7", "x9"]);
    expect(ids("id,text,label\nx7,a,b\nx7,a,b\n")).toEqual(["1", "2"]);
    expect(ids("id,text,label\n,a,b\nx7,a,b\n")).toEqual(["1", "2"]);
  });
  test("reads a split column under its usual values", () => {
    const { rows } = tableOf(csv("text,label,split\na,x,train\na,x,dev\na,x,Validation\na,x,test\n"));
    expect(rows.map(({ split }) => split)).toEqual(["train", "validation", "validation", "test"]);
  });
  test("JSONL labels that are numbers become names, a text that is no string is missing", () => {
    const path = join(folder, "a.jsonl");
    writeFileSync(path, '{"text":"a","label":0}\n{"label":1,"text":"b"}\n');
    expect(tableOf(path).rows.map(({ label }) => label)).toEqual(["0", "1"]);
    writeFileSync(path, '{"text":"a","label":0}\n\n{"label":1}\n{"text":["b"],"label":1}\n');
    expect(messageOf(path)).toBe(`every row of ${path} must have a text, got none in rows 3, 4`);
  });
  test("lists the columns there are when none has a usual name or the one asked for is not there", () => {
    const path = csv("v1,v2\nham,hello\n");
    expect(messageOf(path)).toBe(
      `the text column must be named (text-column), no common name was found. ${path} has: v1, v2\n` +
        `the label column must be named (label-column), no common name was found. ${path} has: v1, v2`,
    );
    expect(messageOf(path, { textColumn: "v3", labelColumn: "v1" })).toBe(
      `the text column must be one of the file's, got v3. ${path} has: v1, v2`,
    );
    expect(messageOf(path, { textColumn: "v1", labelColumn: "v1" })).toBe(
      "text and label must be two columns, got v1 for both",
    );
  });
  const kinds = ["late", "lost", "torn"];
  const rowsOf = (cells: (i: number) => readonly string[]): string =>
    Array.from({ length: 24 }, (_, i) => cells(i).join(",")).join("\n");
  const mail = (i: number): string => `parcel ${i} has a problem`;
  const kind = (i: number): string => kinds[i % 3]!;
  test("takes the only columns that hold texts and classes where no name is a usual one", () => {
    const path = csv(`nr,note,reason\n${rowsOf((i) => [`${i}`, mail(i), kind(i)])}\n`);
    expect(tableOf(path)).toMatchObject({
      textColumn: "note",
      labelColumn: "reason",
      guessed: [
        { kind: "text", by: "contents" },
        { kind: "label", by: "contents" },
      ],
    });
    const named = csv(`message,reason\n${rowsOf((i) => [mail(i), kind(i)])}\n`);
    expect(tableOf(named).guessed).toEqual([
      { kind: "text", by: "name" },
      { kind: "label", by: "contents" },
    ]);
    expect(messageOf(named, { labelColumn: "cause" })).toContain("must be one of the file's, got cause");
  });
  test("ids, parts, groups and columns of more than 20 values are no labels", () => {
    const other = csv(`id,text,split,group\n${rowsOf((i) => [kind(i), mail(i), "train", kind(i)])}\n`);
    expect(messageOf(other)).toContain("the label column must be named");
    const many = rowsOf((i) => [mail(i), `${i % 12}`]);
    expect(messageOf(csv(`note,team\n${many}\n`))).toContain("the label column must be named");
  });
  test("names the options of each reading where there are several", () => {
    const path = csv(`note,reason,team no\n${rowsOf((i) => [mail(i), kind(i), `${i % 2}`])}\n`);
    expect(messageOf(path, { optionName: (option) => `<${option}>` })).toBe(
      `the label column must be named (<labelColumn>), no common name was found. ${path} has: note, reason, team no\n` +
        "By what the columns hold: <textColumn> note <labelColumn> reason (3 classes), " +
        'or <textColumn> note <labelColumn> "team no" (2 classes).',
    );
    const answers = csv(`ask,reply\n${rowsOf((i) => [mail(i), `look at page ${i}`])}\n`);
    expect(messageOf(answers)).toMatch(
      /promptColumn ask responseColumn reply \(to learn answers, not classes\)\.$/,
    );
  });
  test("says of preference pairs what they are, and which options train on the preferred answers", () => {
    const pairs = csv(`prompt,chosen,rejected\n${rowsOf((i) => [mail(i), kind(i), "no"])}\n`);
    expect(messageOf(pairs)).toBe(
      `${pairs} must hold texts with labels, or prompts with responses, got preference pairs, as for DPO\n` +
        "promptColumn prompt responseColumn chosen trains on the preferred answers.",
    );
    const chats = join(folder, "chats.jsonl");
    writeFileSync(chats, '{"chosen":[{"role":"user","content":"a"}],"rejected":[]}\n');
    expect(messageOf(chats)).toMatch(/\nmessagesColumn chosen trains on the preferred answers\.$/);
  });
  test("blank rows of a spreadsheet are no rows, and the others are counted as it counts them", () => {
    const path = csv("text,label\na,x\n,\n\nb,\n");
    expect(messageOf(path)).toBe(`every row of ${path} must have a label, got none in row 5`);
    const notes: string[] = [];
    const rows = readRows(path, { onNote: (note) => notes.push(note) });
    expect(rows.map(({ number }) => number)).toEqual([1, 3]);
    expect(notes).toEqual([`Left out 1 blank row of ${path}.`]);
  });
  test("an empty file, and one with a header only", () => {
    for (const path of [csv(""), csv("text,label\n")]) {
      expect(messageOf(path)).toBe(`${path} must hold at least one row of data, got none`);
    }
  });
  test("names the rows without a text, a label or a known split, all at once", () => {
    const path = csv("text,label,split\na,,train\n ,x,train\nb,x,train\nc, ,holdout\n");
    expect(messageOf(path)).toBe(
      `every row of ${path} must have a text, got none in row 3\n` +
        `every row of ${path} must have a label, got none in rows 2, 5\n` +
        `every row of ${path} must be in split train, validation or test, got another in row 5`,
    );
  });
  test.each(["constructor", "__proto__"])("a split %s, which every object has, is no part", (split) => {
    const path = csv(`text,label,split\na,x,${split}\n`);
    expect(messageOf(path)).toBe(
      `every row of ${path} must be in split train, validation or test, got another in row 2`,
    );
  });
  test("leaves such rows out where it is asked to, and counts them; the others keep their numbers", () => {
    const path = csv("text,label,split\na,,train\nb,x,train\nc, ,holdout\nd,y,test\n");
    expect(tableOf(path, { skipInvalid: true })).toMatchObject({
      rows: [
        { id: "2", label: "x", text: "b", split: "train" },
        { id: "4", label: "y", text: "d", split: "test" },
      ],
      skipped: 2,
    });
    const noneLeft = csv("text,label\na,\n");
    expect(messageOf(noneLeft, { skipInvalid: true, optionName: (option) => `<${option}>` })).toBe(
      `every row of ${noneLeft} must have a label, got none in row 2`,
    );
  });
  test("ids are those of the rows that are left", () => {
    const path = csv("id,text,label\nx,a,1\n,,\ny,b,2\n");
    expect(tableOf(path, { skipInvalid: true }).rows.map(({ id }) => id)).toEqual(["x", "y"]);
  });
  test("names the option for them where it is told what options are called", () => {
    const optionName = (option: string) => `<${option}>`;
    expect(messageOf(csv("text,label\na,\nb,x\n"), { optionName })).toMatch(
      /got none in row 2\n<skipInvalid> leaves this row of 2 out\.$/,
    );
    expect(messageOf(csv("text,label\na,\n,x\nb,y\n"), { optionName })).toMatch(
      /\n<skipInvalid> leaves these 2 rows of 3 out\.$/,
    );
  });
});
