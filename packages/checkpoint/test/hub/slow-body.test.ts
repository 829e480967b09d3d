import { expect, test } from "vitest";
import { notTooSlow } from "../../src/hub/transport.ts";

/** Takes a body in which a chunk comes each `seconds`, on a clock of its own. Returns the bytes that passed. */
async function taken(chunks: number, bytes: number, seconds: number): Promise<number> {
  let ms = 0;
  async function* body() {
    for (let chunk = 0; chunk < chunks; chunk++) {
      ms += 1000 * seconds;
      yield new Uint8Array(bytes);
    }
  }
  let sum = 0;
  for await (const chunk of notTooSlow(body(), "hub.example", () => ms)) sum += chunk.length;
  return sum;
}

test("a body that brings a byte each second is ended after a minute, as what may pass", async () => {
  await expect(taken(Number.POSITIVE_INFINITY, 1, 1)).rejects.toMatchObject({
    name: "TransientError",
    message: "hub.example sent 60 bytes in 60 s",
  });
});

test("a slow one is taken whole, with pauses and however long it lasts", async () => {
  expect(await taken(1000, 1000, 2)).toBe(1_000_000);
  expect(await taken(100, 2 ** 14, 29)).toBe(100 * 2 ** 14);
  expect(await taken(59, 1, 1)).toBe(59);
});

test("one that becomes too slow is ended in that minute", async () => {
  let ms = 0;
  async function* body() {
    yield new Uint8Array(1_000_000);
    ms += 60_000;
    for (;;) {
      yield new Uint8Array(1);
      ms += 1000;
    }
  }
  const all = (async () => {
    for await (const _ of notTooSlow(body(), "hub.example", () => ms));
  })();
  await expect(all).rejects.toThrow("hub.example sent 60 bytes in 60 s");
});
