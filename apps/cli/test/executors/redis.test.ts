import { afterEach, expect, test, vi } from "vitest";
import { loadBullmq, redisAddress } from "../../src/executors/bullmq.ts";
import { executorOf } from "../../src/executors/executors.ts";
import { withoutPassword } from "../../src/text.ts";

afterEach(() => vi.unstubAllEnvs());

test("the address is the flag's, else the environment's, else missed by name", () => {
  vi.stubEnv("LORANK_REDIS", "redis://there");
  expect(redisAddress({ redis: "redis://here" })).toBe("redis://here");
  expect(redisAddress({})).toBe("redis://there");
  vi.stubEnv("LORANK_REDIS", "");
  expect(() => redisAddress({})).toThrow("--redis must be given, or LORANK_REDIS set");
});

test.each([
  ["redis://:s3cret@host:6379", "redis://***@host:6379"],
  ["--redis=rediss://me:s3c@ret/x@host/2", "--redis=rediss://***@host/2"],
  ["redis://host?password=s3cret&family=6", "redis://host?password=***&family=6"],
  ["redis://host:6379", "redis://host:6379"],
  ["me@host", "me@host"],
])("%s is shown as %s", (word, shown) => {
  expect(withoutPassword(word)).toBe(shown);
});

test("a sweep runs here unless a queue is asked for, which needs a server", async () => {
  vi.stubEnv("LORANK_REDIS", "");
  const say = () => {};
  expect(await executorOf({}, say)).toBeUndefined();
  expect(await executorOf({ executor: "bullmq", redis: "redis://host" }, say)).toBeTypeOf("function");
  await expect(executorOf({ executor: "bullmq" }, say)).rejects.toMatchObject({ code: "E_REDIS" });
});

test("a queue without its package names what installs it; a package that is broken is no such thing", async () => {
  const missing = (name: string) => async () => {
    throw Object.assign(new Error(`Cannot find package '${name}' imported from /usr/lib/lorank/main.js`), {
      code: "ERR_MODULE_NOT_FOUND",
    });
  };
  await expect(loadBullmq(missing("@lorank/bullmq"))).rejects.toMatchObject({
    code: "E_NOT_INSTALLED",
    message: expect.stringContaining("npm install --global lorank @lorank/bullmq"),
  });
  // Python's wheel has no npm, and npm could add nothing to it.
  vi.stubEnv("LORANK_INSTALLED_BY", "pip");
  await expect(loadBullmq(missing("@lorank/bullmq"))).rejects.toMatchObject({
    message: expect.stringMatching(
      /^(?!.*npm install).*npx -p lorank -p @lorank\/bullmq lorank worker … {3}with Node/s,
    ),
  });
  await expect(loadBullmq(missing("ioredis"))).rejects.toMatchObject({ code: "ERR_MODULE_NOT_FOUND" });
});
