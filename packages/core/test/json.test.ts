import { describe, expect, test } from "vitest";
import { parseJson } from "../src/json.ts";

const nested = (depth: number) => `{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`;

describe("parseJson", () => {
  test.each<[string, string]>([
    ["{", "f.json must be JSON: "],
    ["\u001b[2J", "f.json must be JSON: "],
    [nested(2000), "f.json: $.a[0][0]"],
    [nested(2000), "must be nested at most 500 deep, got more"],
    ['{"lora":{"alpha":1e400}}', "f.json: $.lora.alpha must be a finite number, got Infinity"],
    ['{"losses":[1,2,-1e400]}', "f.json: $.losses[2] must be a finite number, got -Infinity"],
    [
      '{"points":[{"step":1,"loss":1e999}]}',
      "f.json: $.points[0].loss must be a finite number, got Infinity",
    ],
    ["1e400", "f.json: $ must be a finite number, got Infinity"],
  ])("refuses %.30s", (text, message) => {
    const read = () => parseJson(text, "f.json", "E_X");
    expect(read).toThrow(expect.objectContaining({ code: "E_X" }));
    expect(read).toThrow(message);
    expect(read).not.toThrow("\u001b");
  });
  test("reads what is 499 deep, and a text of a thousand brackets", () => {
    const text = nested(499);
    expect(JSON.stringify(parseJson(text, "f.json"))).toBe(text);
    const brackets = "[".repeat(1000);
    expect(parseJson(JSON.stringify({ brackets }), "f.json")).toEqual({ brackets });
  });
});
