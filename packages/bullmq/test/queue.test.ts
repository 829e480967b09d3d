import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../sweep/test/helpers/example.ts";
import { knownQueueName, queueName } from "../src/queue.ts";

test("a results folder keeps its queue's name, and two folders have two", () => {
  const [one, other] = [join(temporaryFolder(), "new"), temporaryFolder()];
  expect(knownQueueName(one)).toBeUndefined();
  expect(existsSync(one)).toBe(false);
  const name = queueName(one);
  expect(name).toMatch(/^lorank-[0-9a-f]{16}$/);
  expect(queueName(one)).toBe(name);
  expect(knownQueueName(one)).toBe(name);
  expect(queueName(other)).not.toBe(name);
});

test("another text in its place is refused", () => {
  const out = temporaryFolder();
  writeFileSync(join(out, "queue.json"), '{"queue":"bull"}');
  expect(() => queueName(out)).toThrow(expect.objectContaining({ code: "E_QUEUE" }));
});
