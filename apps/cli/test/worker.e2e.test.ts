import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SweepStore } from "@lorank/sweep/folder";
import { expect, onTestFinished, test } from "vitest";
import { queueOf } from "../../../packages/bullmq/test/helpers/queue-of.ts";
import { noRedis, startRedis } from "../../../packages/bullmq/test/helpers/redis-server.ts";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { whileRunning } from "../../../scripts/while-running.ts";
import { cli } from "./cli.ts";

const small = ["--ranks", "2,4", "--seeds", "1", "--train-examples", "16", "--validation-examples", "20"];

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
    await whileRunning(sweeping, expect.poll(() => existsSync(join(out, "queue.json"))).toBe(true));
    let endWorker = () => {};
    const working = cli(["worker", out, "--jobs", "1", ...redis], {
      onStderr: (_, kill) => {
        endWorker = () => kill("SIGTERM");
      },
    });
    const sweep = await whileRunning(working, sweeping);
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

test.skipIf(noRedis)(
  `a worker runs the commands of its own folder, and a job that names another runs nothing${noRedis ? ` (skipped: ${noRedis})` : ""}`,
  async () => {
    const server = await startRedis({ password: "s3cret" });
    onTestFinished(() => server.remove());
    const cwd = temporaryFolder();
    cpSync(
      fileURLToPath(new URL("../../../examples/trainers/stand-in", import.meta.url)),
      join(cwd, "trainer"),
      {
        recursive: true,
      },
    );
    const script = 'env > "$LORANK_OUT/env.txt"; node train.mjs';
    writeFileSync(
      join(cwd, "trainer", "small.yaml"),
      `ranks: [1, 4]\nseeds: [1]\nalpha: 4\nepochs: 2\nlearning-rate: 0.5\nout: ${cwd}/out\ntrainer: { command: [sh, -c, ${JSON.stringify(script)}] }\n`,
    );
    const env = { LORANK_REDIS: server.url };
    const sweeping = cli(["sweep", "trainer/small.yaml", "--executor", "bullmq"], { cwd, env });
    const out = join(cwd, "out");
    await whileRunning(sweeping, expect.poll(() => existsSync(join(out, "queue.json"))).toBe(true));

    // Another folder with a program of its own, which whoever can write to the server would have run.
    const evil = join(cwd, "evil");
    const marker = join(cwd, "ran");
    const store = new SweepStore(evil);
    const command = ["sh", "-c", `echo ran > ${marker}`];
    const trialId = store.addSpec({
      specVersion: 1,
      trainer: { command, files: [] },
      lora: { rank: 2 },
      optimizer: {},
      seed: 1,
    });
    const { queue } = queueOf(out, server.url);
    const work = { kind: "train", trialId };
    const place = { command: { folder: cwd, metric: "accuracy" }, out: evil };
    for (const folder of [evil, "../evil", "search/../../evil", ""])
      await queue.add(
        "train",
        { folder, ...place, work: { ...work, ...place } },
        { jobId: `evil-${folder}` },
      );

    let endWorker = () => {};
    const working = cli(["worker", out], {
      cwd: temporaryFolder(),
      env,
      onStderr: (_, kill) => {
        endWorker = () => kill("SIGTERM");
      },
    });
    const sweep = await whileRunning(working, sweeping);
    await whileRunning(working, expect.poll(() => queue.getJobCountByTypes("wait", "active")).toBe(0));
    const ends = await queue.getJobs(["completed"]);
    endWorker();
    await working;
    expect(sweep).toMatchObject({ code: 0, stdout: expect.stringContaining("Verdict") });
    const reasons = ends.map(({ returnvalue }) => returnvalue.reason as string);
    expect(reasons).toHaveLength(4);
    for (const reason of reasons)
      expect(reason).toMatch(/^(job\.folder must be empty or search|the job must name a trial of)/);
    expect(existsSync(marker)).toBe(false);
    expect(store.attempts(trialId)).toEqual([]);
    const environments = readdirSync(join(out, "attempts")).map((id) =>
      readFileSync(join(out, "attempts", id, "1", "env.txt"), "utf8"),
    );
    expect(environments).toHaveLength(2);
    for (const environment of environments) expect(environment).not.toMatch(/LORANK_REDIS|s3cret/);
  },
);
