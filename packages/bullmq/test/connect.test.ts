import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { expect, test } from "vitest";
import { connect, shownRedis } from "../src/connect.ts";
import { noRedis, startRedis } from "./helpers/redis-server.ts";

const nobody = () => {};

test.each([
  ["host:6379", "a text of another form"],
  ["http://host:6379", "a text of another form"],
  ["redis://", "a text of another form"],
  ["redis://127.0.0.1:1", "redis://127.0.0.1:1 (connect ECONNREFUSED 127.0.0.1:1)"],
])("%s is refused by name", async (redis, got) => {
  await expect(connect(redis, nobody)).rejects.toMatchObject({
    name: "InputError",
    code: "E_REDIS",
    message: `redis must be the address of a Redis or Valkey server, such as redis://host:6379, got ${got}`,
  });
});

test("an address is shown without what must not be seen", () => {
  expect(shownRedis("rediss://me:s3cret@host:6380/2?password=s3cret")).toBe("rediss://host:6380/2");
  expect(shownRedis("me:s3cret@host")).toBe("a text of another form");
});

test.skipIf(noRedis)(
  `a password lets in, a wrong one does not, and neither is in a message${noRedis ? ` (skipped: ${noRedis})` : ""}`,
  async () => {
    const server = await startRedis({ password: "s3cret" });
    try {
      const client = await connect(server.url, nobody);
      expect(await client.ping()).toBe("PONG");
      client.disconnect();
      const wrong = server.url.replace("s3cret", "gu3ss");
      const error = await connect(wrong, nobody).catch((thrown: Error) => thrown);
      expect((error as Error).message).toContain("WRONGPASS");
      expect(JSON.stringify([error, (error as Error).stack])).not.toContain("gu3ss");
    } finally {
      await server.remove();
    }
  },
);

test("a server that accepts a connection and says nothing is left by the signal", async () => {
  const silent = createServer(() => {}).listen(0, "127.0.0.1");
  await once(silent, "listening");
  const { port } = silent.address() as AddressInfo;
  const stop = new AbortController();
  const accepted = once(silent, "connection");
  const connecting = connect(`redis://127.0.0.1:${port}`, nobody, stop.signal);
  const [socket] = (await accepted) as [Socket];
  const left = once(socket.resume(), "close");
  stop.abort();
  await expect(connecting).rejects.toMatchObject({ code: "E_REDIS" });
  await left;
  silent.close();
});
