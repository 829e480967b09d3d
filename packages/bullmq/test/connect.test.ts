import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { connect, shownRedis, unexpected } from "../src/connect.ts";
import { fakeServer } from "./helpers/fake-server.ts";

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

test("a password lets in, a wrong one does not, and neither is in a message", async () => {
  const server = await fakeServer((command, [password]) =>
    command === "auth" && password !== "s3cret"
      ? new Error("WRONGPASS invalid username-password pair")
      : "OK",
  );
  const urlWith = (password: string): string => server.url.replace("//", `//:${password}@`);
  (await connect(urlWith("s3cret"), nobody)).disconnect();
  expect(server.asked).toContainEqual(["auth", "s3cret"]);
  const error = await connect(urlWith("gu3ss"), nobody).catch((thrown: Error) => thrown);
  expect((error as Error).message).toContain("WRONGPASS");
  expect(JSON.stringify([error, (error as Error).stack])).not.toContain("gu3ss");
});

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

describe("a connection", () => {
  test("that is lost comes back by itself, and both is said once", async () => {
    const server = await fakeServer();
    const said: string[] = [];
    const client = await connect(server.url, (words) => said.push(words));
    onTestFinished(() => client.disconnect());
    for (let i = 0; i < 2; i++) {
      server.cut();
      await once(client, "ready");
    }
    const lost = `Lost ${server.url}. Waiting until it is back; what runs goes on.`;
    const back = `${server.url} is back.`;
    expect(said).toEqual([lost, back, lost, back]);
    expect(await client.ping()).toBe("OK"); // the server's answer to all
  });

  test("that never was is not tried again", async () => {
    const server = await fakeServer(() => new Error("NOAUTH Authentication required."));
    await expect(connect(server.url, nobody)).rejects.toMatchObject({
      code: "E_REDIS",
      message: expect.stringContaining(`got ${server.url} (NOAUTH Authentication required.)`),
    });
    expect(server.open()).toBe(0);
  });

  test("that has ended leaves nothing on its signal", async () => {
    const server = await fakeServer();
    const { signal } = new AbortController();
    const removed = vi.spyOn(signal, "removeEventListener");
    const client = await connect(server.url, nobody, signal);
    expect(removed).not.toHaveBeenCalled();
    client.disconnect();
    await once(client, "end");
    expect(removed).toHaveBeenCalledWith("abort", expect.any(Function));
  });

  test.each([
    ["noeviction", 0],
    ["allkeys-lru", 1],
  ])("to a server whose policy is %s gives so many warnings: %d", async (policy, warnings) => {
    const server = await fakeServer((command) =>
      command === "info" ? `redis_version:7.2.4\r\nmaxmemory_policy:${policy}\r\n` : "OK",
    );
    const said: string[] = [];
    (await connect(server.url, (words) => said.push(words))).disconnect();
    expect(said).toEqual(
      Array(warnings).fill(
        "The server may drop jobs when its memory is full: set its maxmemory-policy to noeviction.",
      ),
    );
  });
});

test("an error that nobody expects is reported once, and one that others handle never", () => {
  const said: string[] = [];
  const hear = unexpected((words) => said.push(words));
  for (const message of [
    "a script is wrong",
    "another",
    "a script is wrong",
    "connect ECONNREFUSED 127.0.0.1:1",
    "Connection is closed.",
    "could not renew lock for job 1",
    "Missing key for job 1",
  ])
    hear(new Error(message));
  expect(said).toEqual(["The queue: a script is wrong", "The queue: another"]);
});
