import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { noRedis, startRedis } from "../../../packages/bullmq/test/helpers/redis-server.ts";
import { cli, temporaryFolder } from "./cli.ts";

const small = ["--ranks", "2,4", "--seeds", "1", "--train-examples", "16", "--validation-examples", "20"];

test("a worker needs a server and a sweep's folder", async () => {
  const cwd = temporaryFolder();
  const env = { LORANK_REDIS: undefined };
  expect(await cli(["worker", "out"], { cwd, env })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--redis must be given"),
  });
  expect(await cli(["worker", "out", "--redis", "redis://127.0.0.1:1"], { cwd, env })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("out must be the results folder of a sweep"),
  });
  const sweep = ["sweep", ...small, "--executor", "bullmq", "--redis", "redis://:s3cret@127.0.0.1:1"];
  const { code, stderr } = await cli(sweep, { cwd, env });
  expect(code).toBe(2);
  expect(stderr).toContain("--redis must be the address of a Redis or Valkey server");
  expect(stderr).not.toContain("s3cret");
});

test.skipIf(noRedis)(
  `a worker runs a sweep's trials, and no file has the password${noRedis ? ` (skipped: ${noRedis})` : ""}`,
  async () => {
    const server = await startRedis({ password: "s3cret" });
    onTestFinished(() => server.remove());
    const cwd = temporaryFolder();
    const redis = ["--redis", server.url];
    const sweeping = cli(["sweep", ...small, "--test-examples", "0", "--executor", "bullmq", ...redis], {
      cwd,
    });
    const out = join(cwd, "lorank-sweep");
    await expect.poll(() => existsSync(join(out, "queue.json"))).toBe(true);
    let endWorker = () => {};
    const working = cli(["worker", out, "--jobs", "1", ...redis], {
      onStderr: (_, kill) => {
        endWorker = () => kill("SIGTERM");
      },
    });
    const sweep = await sweeping;
    endWorker();
    const worker = await working;
    expect(sweep).toMatchObject({ code: 0, stdout: expect.stringContaining("Verdict") });
    expect(worker.code).toBe(143);
    expect(worker.stderr.match(/^started [0-9a-f]{12}, attempt 1$/gm)).toHaveLength(2);
    const files = readdirSync(out, { recursive: true, encoding: "utf8" }).map((name) => join(out, name));
    const texts = files.filter((file) => statSync(file).isFile()).map((file) => readFileSync(file, "latin1"));
    for (const text of [...texts, sweep.stdout, sweep.stderr, worker.stderr])
      expect(text).not.toContain("s3cret");
  },
);
