import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { type HubProgress, resolveModel } from "../../src/hub.ts";
import { caughtLater } from "../helpers/caught.ts";
import { type FakeHub, refuse, startFakeHub } from "../helpers/fake-hub.ts";

const secret = "hf_verySecret";

async function setUp(more: Record<string, string> = {}) {
  const hub = await startFakeHub();
  const environment = { HF_ENDPOINT: hub.endpoint, HF_HOME: temporaryFolder(), ...more };
  const events: HubProgress[] = [];
  const options = { environment, retryDelay: 1, onProgress: (event: HubProgress) => events.push(event) };
  return { hub, options, events };
}

const tokens = (hub: FakeHub, of: string) =>
  hub.requests.filter(({ server }) => server === of).map(({ headers }) => headers.authorization);

describe("the token", () => {
  test("goes to the endpoint, and never to where it redirects", async () => {
    const { hub, options } = await setUp({ HF_TOKEN: secret });
    hub.publish("org/model", { "a.gguf": "GGUF" });
    await resolveModel("org/model:a.gguf", options);
    expect(tokens(hub, "hub")).toEqual([`Bearer ${secret}`, `Bearer ${secret}`]);
    expect(tokens(hub, "storage")).toEqual([undefined]);
  });

  test("follows a redirect within the endpoint, as for a model that was renamed", async () => {
    const { hub, options } = await setUp({ HF_TOKEN: secret });
    hub.publish("new/model", { "config.json": "{}" });
    hub.intercept = ({ path }, response) => {
      if (!path.includes("old/model")) return false;
      response.writeHead(307, { location: path.replace("old/model", "new/model") }).end();
      return true;
    };
    await resolveModel("old/model", { ...options, files: "config" });
    expect(new Set(tokens(hub, "hub"))).toEqual(new Set([`Bearer ${secret}`]));
  });

  test.each([401, 403, 404, 500])("is in no message and no event when the answer is %i", async (status) => {
    const { hub, options, events } = await setUp({ HF_TOKEN: secret });
    hub.intercept = (_, response) => {
      refuse(response, status);
      return true;
    };
    const error = await caughtLater(resolveModel("org/model", options));
    expect(`${error.message} ${error.stack} ${JSON.stringify(events)}`).not.toContain(secret);
  });
});

describe("a refusal in words", () => {
  const licence = (hub: FakeHub) =>
    `Accept the licence on the model's page, ${hub.endpoint}/org/model, and set HF_TOKEN to a token of that account.`;
  const spelling = "Check the spelling. For a private model set HF_TOKEN to a token that may read it.";
  const cases: [
    string,
    number,
    string | undefined,
    Record<string, string>,
    string,
    (hub: FakeHub) => string,
  ][] = [
    [
      "gated, without a token",
      401,
      "GatedRepo",
      {},
      "the model is gated, and access was refused (401)",
      licence,
    ],
    [
      "gated, with a token",
      403,
      "GatedRepo",
      { HF_TOKEN: secret },
      "the model is gated, and access was refused (403)",
      licence,
    ],
    ["forbidden", 403, undefined, { HF_TOKEN: secret }, "access was refused (403)", licence],
    [
      "unknown",
      404,
      "RepoNotFound",
      {},
      "the hub knows no such model, or it is private (404); there is no such folder either",
      () => spelling,
    ],
    [
      "unknown, as the hub tells strangers",
      401,
      "RepoNotFound",
      {},
      "the hub knows no such model, or it is private (401); there is no such folder either",
      () => spelling,
    ],
    [
      "unauthorised",
      401,
      undefined,
      {},
      "the hub shows no such model to somebody without a token (401): it is unknown, private or gated; there is no such folder either",
      (hub) => `Check the spelling. ${licence(hub)}`,
    ],
    [
      "a bad token",
      401,
      undefined,
      { HF_TOKEN: secret },
      "the hub refused the token of HF_TOKEN (401)",
      () => "It may have expired.",
    ],
  ];
  test.each(cases)("%s", async (_, status, code, environment, problem, help) => {
    const { hub, options, events } = await setUp(environment);
    hub.intercept = (_, response) => {
      refuse(response, status, code);
      return true;
    };
    const error = await caughtLater(resolveModel("org/model", options));
    expect(error.code).toBe("E_HUB");
    expect(error.message).toBe(`org/model: ${problem}\n${help(hub)}`);
    expect(events).toEqual([]); // asking again would not help
  });

  test("gated files of a model whose list is public", async () => {
    const { hub, options } = await setUp();
    hub.publish("org/model", { "a.gguf": "GGUF" });
    hub.intercept = ({ path }, response) => {
      if (path.includes("/resolve/")) refuse(response, 401, "GatedRepo");
      return path.includes("/resolve/");
    };
    const error = await caughtLater(resolveModel("org/model:a.gguf", options));
    expect(error.message).toBe(
      `org/model:a.gguf: the model is gated, and access was refused (401)\n${licence(hub)}`,
    );
  });

  test("an unknown revision, and a file that the list has and the hub has not", async () => {
    const { hub, options } = await setUp();
    hub.publish("org/model", { "config.json": "{}" });
    expect((await caughtLater(resolveModel("org/model@v9", options))).message).toBe(
      'org/model@v9: org/model must have the revision "v9", and the hub knows none of that name (404)',
    );
    hub.intercept = ({ path }, response) => {
      if (path.includes("/resolve/")) refuse(response, 404, "EntryNotFound");
      return path.includes("/resolve/");
    };
    expect((await caughtLater(resolveModel("org/model", { ...options, files: "config" }))).message).toBe(
      'org/model: org/model must have the file "config.json" at main, and the hub finds none (404)',
    );
  });
});

describe("what may pass", () => {
  test.each([500, 502, 503, 429, 408])("a %i is asked again", async (status) => {
    const { hub, options, events } = await setUp();
    hub.publish("org/model", { "config.json": "{}" });
    let refusals = 2;
    hub.intercept = (_, response) => {
      if (refusals-- <= 0) return false;
      refuse(response, status);
      return true;
    };
    await resolveModel("org/model", { ...options, files: "config" });
    expect(events.map(({ kind }) => kind).filter((kind) => kind === "retry")).toHaveLength(2);
  });

  test("Retry-After is heeded", async () => {
    const { hub, options, events } = await setUp();
    hub.publish("org/model", { "config.json": "{}" });
    let refusals = 1;
    hub.intercept = (_, response) => {
      if (refusals-- <= 0) return false;
      response.writeHead(429, { "retry-after": "1" }).end();
      return true;
    };
    await resolveModel("org/model", { ...options, files: "config" });
    expect(events[0]).toEqual({
      kind: "retry",
      what: "list of files",
      reason: "the hub says too many requests (429)",
      seconds: 1,
    });
  });

  test("a hub that cannot be reached is named, with what to look at", async () => {
    const { options } = await setUp({ HF_ENDPOINT: "http://127.0.0.1:9" });
    const error = await caughtLater(resolveModel("org/model", options));
    expect(error.code).toBe("E_HUB");
    expect(error.message).toBe(
      "org/model: 127.0.0.1:9 cannot be reached: connect ECONNREFUSED 127.0.0.1:9, 5 times\n" +
        "Check the connection and HTTPS_PROXY, then run the same again: what has arrived is kept.",
    );
  });
});

describe("an answer that cannot be right", () => {
  const blobId = "a".repeat(40);
  const sha = "b".repeat(40);
  test.each([
    ["no JSON", "<html>", /^org\/model: the hub's answer must be JSON: /],
    ["a list", "[]", "org/model: the hub's answer must be a JSON object, got an array"],
    ["no commit", "{}", "org/model: the hub must name a commit and its files, got the commit nothing"],
    [
      "a commit that is a path",
      JSON.stringify({ sha: "../../../etc", siblings: [] }),
      'org/model: the hub must name a commit and its files, got the commit "../../../etc"',
    ],
    [
      "a digest that is a path",
      JSON.stringify({ sha, siblings: [{ rfilename: "config.json", size: 1, blobId: "../../x" }] }),
      'org/model: the hub must give size and digest of "config.json", got {"size":1,"blobId":"../../x"}',
    ],
    [
      "a size below nothing",
      JSON.stringify({ sha, siblings: [{ rfilename: "config.json", size: -1, blobId }] }),
      /got \{"size":-1,"blobId":"a+"\}$/,
    ],
    [
      "no digests, as from a mirror that does not know the question",
      JSON.stringify({ sha, siblings: [{ rfilename: "config.json" }] }),
      'org/model: the hub must give size and digest of "config.json", got {}',
    ],
  ])("%s", async (_, text, message) => {
    const { hub, options } = await setUp();
    hub.intercept = (_, response) => {
      response.end(text);
      return true;
    };
    const error = await caughtLater(resolveModel("org/model", { ...options, files: "config" }));
    expect(error.code).toBe("E_HUB");
    if (typeof message === "string") expect(error.message).toBe(message);
    else expect(error.message).toMatch(message);
  });

  test("another commit than the one that was asked for", async () => {
    const { hub, options } = await setUp();
    hub.intercept = (_, response) => {
      response.end(JSON.stringify({ sha, siblings: [] }));
      return true;
    };
    const error = await caughtLater(resolveModel(`org/model@${"c".repeat(40)}`, options));
    expect(error.message).toContain(`the hub must answer for the commit that was asked for, got ${sha}`);
  });

  test.each([
    ["round in circles", "/elsewhere", "the hub must answer within 10 redirects, got one more"],
    ["to a file", "file:///etc/passwd", /must redirect to a web address as safe as its own, got file:$/],
    ["to no address", "http://", /must redirect to a web address as safe as its own, got none$/],
  ])("a redirect %s", async (_, location, message) => {
    const { hub, options } = await setUp();
    hub.intercept = (_, response) => {
      response.writeHead(302, { location }).end();
      return true;
    };
    const error = await caughtLater(resolveModel("org/model", options));
    expect(error.message).toMatch(message);
  });
});

describe("proxies", () => {
  /** Connects to the hub whatever it is asked for, and notes what that was. */
  async function startProxy(hub: FakeHub): Promise<{ address: string; asked: string[] }> {
    const asked: string[] = [];
    const proxy = createServer().on("connect", (request, socket, head) => {
      asked.push(request.url ?? "");
      const target = connect(Number(new URL(hub.endpoint).port), "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        target.write(head);
        target.pipe(socket).pipe(target);
      });
      for (const end of [target, socket])
        end.on("error", () => [target, socket].map((each) => each.destroy()));
    });
    await new Promise<void>((resolve) => void proxy.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      proxy.closeAllConnections();
      proxy.close();
    });
    return { address: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, asked };
  }

  test.each(["HTTP_PROXY", "http_proxy"])(
    "%s is used: a hub that only the proxy can find is reached",
    async (name) => {
      const { hub, options } = await setUp();
      hub.publish("org/model", { "config.json": "{}" });
      const proxy = await startProxy(hub);
      const environment = {
        ...options.environment,
        HF_ENDPOINT: "http://hub.invalid",
        [name]: proxy.address,
      };
      await resolveModel("org/model", { ...options, environment, files: "config" });
      expect(new Set(proxy.asked)).toEqual(new Set(["hub.invalid:80"]));
      expect(hub.paths()).toHaveLength(2);
    },
  );

  test("NO_PROXY goes past it", async () => {
    const { hub, options } = await setUp();
    hub.publish("org/model", { "config.json": "{}" });
    const proxy = await startProxy(hub);
    const environment = { ...options.environment, HTTP_PROXY: proxy.address, NO_PROXY: "127.0.0.1" };
    await resolveModel("org/model", { ...options, environment, files: "config" });
    expect(proxy.asked).toEqual([]);
  });

  test("an address that is none is refused without being shown", async () => {
    const { options } = await setUp({ HTTPS_PROXY: "proxy:password@:3128/" });
    const error = await caughtLater(resolveModel("org/model", options));
    expect(error.message).toBe("HTTP_PROXY and HTTPS_PROXY: must be addresses such as http://proxy:3128");
  });
});
