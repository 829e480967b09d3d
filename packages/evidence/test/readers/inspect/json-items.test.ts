import fc from "fast-check";
import { expect, test } from "vitest";
import { JsonItems } from "../../../src/readers/inspect/json-items.ts";

/** Items of a text that comes in pieces of some bytes. */
function itemsOf(text: string, pieceBytes = 7): unknown[] {
  const found: unknown[] = [];
  const items = new JsonItems("list", (item, index) => {
    expect(index).toBe(found.length);
    found.push(item);
  });
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceBytes) items.take(bytes.subarray(at, at + pieceBytes));
  items.end();
  return found;
}

test("any JSON list is read item by item, wherever its pieces begin", () => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue()),
      fc.integer({ min: 1, max: 40 }),
      fc.nat(2),
      (list, bytes, spaces) => {
        const text = JSON.stringify(list, undefined, spaces);
        expect(itemsOf(text, bytes)).toEqual(JSON.parse(text));
      },
    ),
  );
  expect(itemsOf('\uFEFF [NaN, "a\\"],[", -Infinity] \n')).toEqual([null, 'a"],[', null]);
});

test("an item is given before the next one is there, and the reader keeps nothing of it", () => {
  const seen: unknown[] = [];
  const items = new JsonItems("list", (item) => seen.push(item));
  items.take(Buffer.from('[{"a":1},{"b"'));
  expect(seen).toEqual([{ a: 1 }]);
  items.take(Buffer.from(":2}]"));
  expect(seen).toEqual([{ a: 1 }, { b: 2 }]);
});

test.each([
  ["", "must be a JSON list that ends"],
  ['{"a": 1}', 'must be a JSON list, got {"a": 1'],
  ["[1, 2", "must be a JSON list that ends"],
  ['["a]', "must be a JSON list that ends"],
  ["[1}]", "must be a JSON list that ends"],
  ["[1,]", "list, item 2, must be JSON"],
  ["[,1]", "list, item 1, must be JSON"],
  ["[1 2]", "list, item 1, must be JSON"],
  ["[1] [2]", "must be a JSON list alone"],
])("%s is refused", (text, message) => {
  expect(() => itemsOf(text)).toThrow(expect.objectContaining({ code: "E_DATA" }));
  expect(() => itemsOf(text)).toThrow(message);
});

test("the number of items and the length of each are bounded", () => {
  const piece = Buffer.alloc(2 ** 20, "x");
  let [given, taken] = [0, 0];
  const long = new JsonItems("list", () => given++);
  long.take(Buffer.from('["'));
  expect(() => {
    for (; taken < 20; taken++) long.take(piece);
  }).toThrow("list must have items of at most 16777216 characters, got more in item 1");
  expect([given, taken]).toEqual([0, 15]);
  const many = new JsonItems("list", () => given++);
  many.take(Buffer.from("["));
  expect(() => many.take(Buffer.from("1,".repeat(2 ** 20 + 1)))).toThrow("must have at most 1048576 items");
  expect(given).toBe(2 ** 20);
});
