import { unzipSync } from "fflate";
import { expect, test } from "vitest";
import { zipAdapters } from "../../src/worker/adapter-files.ts";

const store = {
  adapter: async (id: string) => new Map([["adapter_config.json", new TextEncoder().encode(id)]]),
  result: async (id: string) => ({ spec: { lora: { rank: Number(id) }, seed: 1 } }) as never,
};
const namesIn = (bytes: Uint8Array) => Object.keys(unzipSync(bytes));

test("one adapter is the files of its folder, several have a folder each", async () => {
  const one = await zipAdapters(store, "lorank-r8.zip", ["8"]);
  expect(one.name).toBe("lorank-r8.zip");
  expect(namesIn(one.bytes)).toEqual(["adapter_config.json"]);
  const two = await zipAdapters(store, "all.zip", ["2", "8"]);
  expect(namesIn(two.bytes)).toEqual(["r2-s1/adapter_config.json", "r8-s1/adapter_config.json"]);
});

test("the same adapters are the same bytes", async () => {
  const [first, second] = [await zipAdapters(store, "a", ["8"]), await zipAdapters(store, "a", ["8"])];
  expect(first.bytes).toEqual(second.bytes);
});
