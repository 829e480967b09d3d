import { existsSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { trialId } from "@lorank/train/spec";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { readCancelRequest } from "../../../../packages/sweep/src/executor/cancel.ts";
import { newBatch } from "../../../../packages/sweep/src/executor/slurm/batch.ts";
import { submittal, writeBatch } from "../../../../packages/sweep/src/executor/slurm/submittal.ts";
import { stubSlurm } from "../../../../packages/sweep/test/helpers/slurm-stubs.ts";
import { serveSweep } from "../../src/commands/watch/server.ts";
import { SweepLook } from "../../src/commands/watch/sweep-look.ts";
import { watchSweep } from "../../src/commands/watch/watch.ts";
import { cancelTrials } from "../../src/status/cancel-trials.ts";
import { watchedSweep } from "../watched-sweep.ts";

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Record<string, unknown>;
}

/** A request as it is written here; `fetch` chooses host and origin itself. */
function ask(
  address: string,
  {
    method = "GET",
    headers = {},
    body = "",
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(address, { method, headers }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode!, text, headers: response.headers }));
    });
    asked.on("error", reject).end(body);
  });
}

/** A sweep that is served, with a clock of the test's own: nothing is looked at again before `tick`. */
async function served(onLook = (): void => {}) {
  const sweep = watchedSweep();
  const look = new SweepLook(sweep.out);
  const [counts, errors] = [{ looks: 0, pollers: 0 }, [] as unknown[]];
  let tick = (): void => {};
  const server = await serveSweep({
    port: 0,
    look: () => {
      counts.looks++;
      onLook();
      return look.view();
    },
    stopRank: async (rank) => void (await cancelTrials(sweep.out, undefined, [`r${rank}`])),
    onError: (error) => errors.push(error),
    repeat: (callback) => {
      counts.pollers++;
      tick = callback;
      return () => {
        counts.pollers--;
        tick = () => {};
      };
    },
  });
  onTestFinished(() => server.close());
  const { address } = server;
  const at = (path: string): string => address.replace("/?", `${path}?`);
  return { ...sweep, server, address, at, counts, errors, tick: () => tick() };
}

/** A viewer, message by message. */
async function watch(address: string) {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const { body } = await fetch(address, { signal: stop.signal });
  const reader = body!.getReader();
  let text = "";
  const next = async (): Promise<{ event: string; data: string }> => {
    for (;;) {
      const end = text.indexOf("\n\n");
      if (end >= 0) {
        const [event, data] = text.slice(0, end).split("\n");
        text = text.slice(end + 2);
        return { event: event!.slice("event: ".length), data: data!.slice("data: ".length) };
      }
      const { value, done } = await reader.read();
      if (done) throw new Error(`the connection ended after ${JSON.stringify(text)}`);
      text += Buffer.from(value).toString();
    }
  };
  return { next, parts: async () => JSON.parse((await next()).data), leave: () => reader.cancel() };
}

describe("who may ask", () => {
  test("only who has the token, at this host, from this page, by the method that there is", async () => {
    const { address, at, errors } = await served();
    const { host, origin, port } = new URL(address);
    const status = async (...asked: Parameters<typeof ask>) => (await ask(...asked)).status;
    expect(await status(address)).toBe(200);
    expect(await status(address, { headers: { host: `localhost:${port}`, origin } })).toBe(200);
    for (const url of [
      `${origin}/`,
      `${origin}/?token=`,
      address.slice(0, -1),
      `${address}a`,
      `${origin}/events`,
    ])
      expect(await status(url), url).toBe(403);
    for (const name of ["evil.example", `evil.example:${port}`, "127.0.0.1", `${host}.evil.example`])
      expect(await status(address, { headers: { host: name } }), name).toBe(403);
    for (const from of ["http://evil.example", "null", `https://${host}`, "http://127.0.0.1:1"])
      expect(await status(at("/stop"), { method: "POST", headers: { origin: from } }), from).toBe(403);
    for (const [url, method] of [
      [address, "POST"],
      [address, "HEAD"],
      [at("/events"), "DELETE"],
      [at("/stop"), "GET"],
    ] as const)
      expect(await status(url, { method }), `${method} ${url}`).toBe(405);
    expect(await status(at("/other"))).toBe(404);
    expect(errors).toEqual([]);
  });

  test("the token has 32 bytes and is another each time; the page is kept by nobody and framed by nobody", async () => {
    const [one, other] = [await served(), await served()];
    const tokenOf = ({ address }: typeof one) => new URL(address).searchParams.get("token")!;
    expect(Buffer.from(tokenOf(one), "base64url")).toHaveLength(32);
    expect(tokenOf(one)).not.toBe(tokenOf(other));
    expect(new URL(one.address).hostname).toBe("127.0.0.1");
    expect((await ask(one.address)).headers).toMatchObject({
      "cache-control": "no-store",
      "content-security-policy": "frame-ancestors 'none'",
      "referrer-policy": "same-origin",
      "x-content-type-options": "nosniff",
    });
  });

  test("a port that is taken is named", async () => {
    const { address } = await served();
    const port = Number(new URL(address).port);
    const unused = () => {
      throw new Error("not to be looked at");
    };
    const second = serveSweep({ port, look: unused, stopRank: unused, onError: unused });
    await expect(second).rejects.toMatchObject({
      code: "E_PORT",
      message: expect.stringContaining(`got ${port}`),
    });
  });
});

describe("what is sent", () => {
  test("all parts first, then what a change of the files has changed, to every viewer by one look", async () => {
    const { at, counts, tick, start, finish } = await served();
    const viewers = [await watch(at("/events")), await watch(at("/events"))];
    const first = await Promise.all(viewers.map((one) => one.parts()));
    expect(first[0]).toEqual(first[1]);
    expect(Object.keys(first[0])).toEqual(["title", "question", "state", "trials", "problems", "so-far"]);
    expect(counts).toEqual({ looks: 2, pollers: 1 });

    const log = start();
    log.event({ kind: "step", step: 1, steps: 5, loss: 0.5 });
    tick();
    expect(counts).toEqual({ looks: 3, pollers: 1 });
    for (const viewer of viewers) {
      const parts = await viewer.parts();
      expect(parts.trials).toContain("step 1 of 5");
      expect(parts).not.toHaveProperty("so-far");
    }

    tick(); // nothing has happened but that time goes by
    log.event({ kind: "step", step: 2, steps: 5, loss: 0.25 });
    tick();
    for (const viewer of viewers) {
      let parts = await viewer.parts();
      if (!("trials" in parts)) {
        // The time spent may have changed too.
        expect(Object.keys(parts)).toEqual(["state"]);
        parts = await viewer.parts();
      }
      expect(parts.trials).toMatch(/from 0.5 to 0.25 nats.*step 2 of 5/);
    }
    await finish(2);
    tick();
    expect((await viewers[0]!.parts())["so-far"]).toContain("rank 2, seed 1: ");
  });

  test("nothing is read while nobody watches", async () => {
    const { at, counts, tick } = await served();
    expect(counts).toEqual({ looks: 0, pollers: 0 });
    const viewer = await watch(at("/events"));
    await viewer.parts();
    expect(counts.pollers).toBe(1);
    await viewer.leave();
    await expect.poll(() => counts.pollers).toBe(0);
    tick();
    expect(counts).toEqual({ looks: 1, pollers: 0 });
  });

  test("the page is the report once the sweep is done, and whoever watches is told", async () => {
    const { address, at, finish, complete, server } = await served();
    expect((await ask(address)).text).toContain("0 of 6 trials done");
    const viewer = await watch(at("/events"));
    await viewer.parts();
    await finish(6);
    complete();
    const finished = server.finish();
    expect(await viewer.next()).toEqual({ event: "reload", data: "done" });
    expect((await ask(address)).text).toContain('<section id="verdict"');
    await finished;
    await expect(ask(address)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test("the time that making the report takes is no part of the time to fetch it", async () => {
    let isFinishing = false;
    onTestFinished(() => void vi.useRealTimers());
    const { address, at, finish, complete, server } = await served(() => {
      if (isFinishing) vi.advanceTimersByTime(10_000);
    });
    const viewer = await watch(at("/events"));
    await viewer.parts();
    await finish(6);
    complete();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    isFinishing = true;
    const finished = server.finish();
    isFinishing = false;
    vi.useRealTimers();
    expect((await ask(address)).text).toContain('<section id="verdict"');
    await finished;
  });

  test("what cannot be read is told, and the next look may do", async () => {
    const { at, tick, errors, out, start } = await served();
    const { readFileSync, writeFileSync } = await import("node:fs");
    const viewer = await watch(at("/events"));
    await viewer.parts();
    const [file, text] = [`${out}/sweep.json`, readFileSync(`${out}/sweep.json`, "utf8")];
    writeFileSync(file, "{");
    tick();
    expect(errors).toHaveLength(1);
    expect((await ask(at("/"))).status).toBe(500);
    writeFileSync(file, text);
    start();
    tick();
    expect((await viewer.parts()).trials).toContain("loading");
  });
});

describe("what is queued on Slurm", () => {
  /** A sweep whose first trial is in Slurm's queue. It hears nothing of `squeue` before `answer`. */
  async function queued() {
    const { out, plan } = watchedSweep();
    const batch = newBatch(out);
    const work = [{ kind: "train", trialId: trialId(plan.specs[0]!) }] as const;
    const place = { out, resources: { modelPath: "", datasetFile: "", threads: 1 } };
    writeBatch(batch, place, work, submittal(batch, 1, 3, {}));
    const [go, ended] = ["go", "ended"].map((name) => join(out, name)) as [string, string];
    const stubs = stubSlurm();
    stubs.put("sinfo", "true");
    stubs.put(
      "squeue",
      `trap ': > ${ended}; exit 1' TERM; until [ -e ${go} ] || [ ! -d ${out} ]; do sleep 0.02; done
echo '12_0|PENDING|1:00:00||${batch.name}|Priority'`,
    );
    const server = await watchSweep(
      out,
      {},
      () => {},
      () => () => {},
    );
    onTestFinished(() => server.close());
    return { server, stubs, answer: () => writeFileSync(go, ""), hasEnded: () => existsSync(ended) };
  }

  test("is on the page once squeue has answered, which no viewer waits for and which is asked once for all", async () => {
    const { server, stubs, answer } = await queued();
    const pages = await Promise.all([ask(server.address), ask(server.address)]);
    for (const { text } of pages) expect(text).toMatch(/id="cell-r2-s1"><span class="cell quiet">queued</);
    answer();
    const cell = /id="cell-r2-s1"><span class="cell quiet">queued, Priority</;
    await expect.poll(async () => (await ask(server.address)).text).toMatch(cell);
    expect(stubs.calls("squeue")).toHaveLength(1);
  });

  test("is no more asked for when the server closes", async () => {
    const { server, stubs, hasEnded } = await queued();
    await ask(server.address);
    await expect.poll(() => stubs.calls("squeue")).toHaveLength(1);
    await server.close();
    await expect.poll(hasEnded).toBe(true);
  });
});

describe("stopping a rank", () => {
  test("is what lorank cancel does", async () => {
    const { address, at, out, plan, finish } = await served();
    await finish(2);
    const sent = { method: "POST", body: "rank=8", headers: { origin: new URL(address).origin } };
    const answer = await ask(at("/stop"), sent);
    expect(answer).toMatchObject({
      status: 303,
      headers: { location: address.slice(address.indexOf("/?")) },
    });
    const left = plan.specs.filter(({ lora, seed }) => lora.rank === 8 && seed > 1);
    expect(readCancelRequest(out)).toEqual({ all: false, trials: left.map(trialId) });
    expect((await ask(address)).text).toMatch(/id="cell-r8-s2"><span class="cell quiet">left out/);
  });

  test.each([
    ["in its headers", "Content-Le", false],
    ["before its body", "Content-Length: 7\r\n\r\n", false],
    ["within its body", "Content-Length: 7\r\n\r\nrank=8", false],
    ["within its body, while the client still listens", "Content-Length: 7\r\n\r\nrank=8", true],
  ])("prints nothing and stops nothing where the request breaks off %s", async (_, sent, listens) => {
    const { out } = watchedSweep();
    const said: string[] = [];
    const server = await watchSweep(
      out,
      {},
      (words) => said.push(words),
      () => () => {},
    );
    onTestFinished(() => server.close());
    const { port, pathname, search } = new URL(server.address.replace("/?", "/stop?"));
    const head = `POST ${pathname}${search} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n`;
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), "127.0.0.1");
      socket.on("close", () => resolve()).on("error", () => {});
      socket.resume().write(head + sent, () => (listens ? socket.end() : socket.destroy()));
    });
    // An answer to the next request comes after all that the broken one could make.
    expect((await ask(server.address)).status).toBe(200);
    expect(said).toEqual([]);
    expect(readCancelRequest(out).trials).toEqual([]);
  });

  test.each(["rank=9", "rank=x", "", `rank=8&${"a".repeat(5000)}`])("refuses %j", async (body) => {
    const { at, out, errors } = await served();
    expect((await ask(at("/stop"), { method: "POST", body })).status).toBe(400);
    expect(readCancelRequest(out).trials).toEqual([]);
    expect(errors).toEqual([]);
  });
});

test("a page that was served before the trials were planned is loaded again with them", async () => {
  const state = { name: "reviews", phase: "preparing", trials: [], problems: [], stoppable: [] } as const;
  const viewOf = (trials: string) => {
    const counts = { done: 0, total: 0, secondsSpent: 0 };
    return { kind: "live", state: { ...state, ...counts }, parts: { question: "?", trials } } as const;
  };
  let view = viewOf("");
  let tick = (): void => {};
  const server = await serveSweep({
    ...{ port: 0, look: () => view, stopRank: async () => {}, onError: () => {} },
    repeat: (callback) => {
      tick = callback;
      return () => {};
    },
  });
  onTestFinished(() => server.close());
  const viewer = await watch(server.address.replace("/?", "/events?"));
  expect((await viewer.next()).event).toBe("parts");
  view = viewOf("<table></table>");
  tick();
  expect(await viewer.next()).toEqual({ event: "reload", data: "done" });
});
