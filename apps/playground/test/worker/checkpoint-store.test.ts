import { describe, expect, test } from "vitest";
import { slotStore } from "../../src/worker/checkpoint-store.ts";
import { memoryFile } from "./memory-file.ts";

const text = (words: string) => new TextEncoder().encode(words);
function contentOf(store: ReturnType<typeof slotStore>, name: string): string {
  const file = store.open(name);
  return new TextDecoder().decode(file.read(0, file.byteLength));
}

describe("checkpoints in open files", () => {
  test("are there again after a reload, under their names", () => {
    const files = [memoryFile(), memoryFile(), memoryFile()];
    const store = slotStore(files);
    store.write("checkpoint-1", [text("one"), text(" part")]);
    store.write("checkpoint-2", [text("two")]);
    store.remove("checkpoint-3");
    const again = slotStore(files);
    expect(again.names()).toEqual(["checkpoint-1", "checkpoint-2"]);
    expect(contentOf(again, "checkpoint-1")).toBe("one part");
    expect(again.open("checkpoint-1").read(4, 2)).toEqual(text("pa"));
    again.remove("checkpoint-1");
    again.write("checkpoint-3", [text("three")]);
    expect(slotStore(files).names()).toEqual(["checkpoint-3", "checkpoint-2"]);
    expect(contentOf(again, "checkpoint-3")).toBe("three");
  });

  test("one that was half written is not there", () => {
    const files = [memoryFile(), memoryFile(30)];
    const store = slotStore(files);
    store.write("checkpoint-1", [text("one")]);
    expect(() => store.write("checkpoint-2", [text("longer than the disk has room for")])).toThrow(
      "the browser's storage is full",
    );
    expect(store.names()).toEqual(["checkpoint-1"]);
    expect(slotStore(files).names()).toEqual(["checkpoint-1"]);
  });

  test("a name that is there is written anew", () => {
    const store = slotStore([memoryFile()]);
    store.write("checkpoint-1", [text("a longer one")]);
    store.write("checkpoint-1", [text("short")]);
    expect(contentOf(store, "checkpoint-1")).toBe("short");
    expect(() => store.write("checkpoint-2", [])).toThrow("all 1 places are taken");
    expect(() => store.open("checkpoint-2")).toThrow("there is no checkpoint-2");
  });
});
