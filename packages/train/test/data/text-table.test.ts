import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type TextTable, type TextTableOptions, textTableOf } from "../../src/data/text-table.ts";
import { readRows } from "../helpers/read-rows.ts";

const folder = mkdtempSync(join(tmpdir(), "lorank-text-table-"));
afterAll(() => rmSync(folder, { recursive: true }));

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
      guessed: ["text", "label"],
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
    expect(tableOf(path, { textColumn: "summary" }).guessed).toEqual(["label"]);
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
      `the text column must be named (text-column), no usual name was found. ${path} has: v1, v2\n` +
        `the label column must be named (label-column), no usual name was found. ${path} has: v1, v2`,
    );
    expect(messageOf(path, { textColumn: "v3", labelColumn: "v1" })).toBe(
      `the text column must be one of the file's, got v3. ${path} has: v1, v2`,
    );
    expect(messageOf(path, { textColumn: "v1", labelColumn: "v1" })).toBe(
      "text and label must be two columns, got v1 for both",
    );
  });
  test("an empty file, and one with a header only", () => {
    for (const path of [csv(""), csv("text,label\n")]) {
      expect(messageOf(path)).toBe(`${path} must hold at least one row of data, got none`);
    }
  });
  test("names the rows without a text, a label or a known split, all at once", () => {
    const path = csv("text,label,split\na,,train\n ,x,train\nb,x,train\nc, ,holdout\n");
    expect(messageOf(path)).toBe(
      `every row of ${path} must have a text, got none in row 2\n` +
        `every row of ${path} must have a label, got none in rows 1, 4\n` +
        `every row of ${path} must be in split train, validation or test, got another in row 4`,
    );
  });
  test.each(["constructor", "__proto__"])("a split %s, which every object has, is no part", (split) => {
    const path = csv(`text,label,split\na,x,${split}\n`);
    expect(messageOf(path)).toBe(
      `every row of ${path} must be in split train, validation or test, got another in row 1`,
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
      `every row of ${noneLeft} must have a label, got none in row 1`,
    );
  });
  test("ids are those of the rows that are left", () => {
    const path = csv("id,text,label\nx,a,1\n,,\ny,b,2\n");
    expect(tableOf(path, { skipInvalid: true }).rows.map(({ id }) => id)).toEqual(["x", "y"]);
  });
  test("names the option for them where it is told what options are called", () => {
    const optionName = (option: string) => `<${option}>`;
    expect(messageOf(csv("text,label\na,\nb,x\n"), { optionName })).toMatch(
      /got none in row 1\n<skipInvalid> leaves this row of 2 out\.$/,
    );
    expect(messageOf(csv("text,label\na,\n,x\nb,y\n"), { optionName })).toMatch(
      /\n<skipInvalid> leaves these 2 rows of 3 out\.$/,
    );
  });
});
