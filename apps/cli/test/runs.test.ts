import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { EngineSpec, TrialResult } from "@lorank/core/results";
import { describe, expect, test } from "vitest";
import { crc32c } from "../src/runs/event-file.ts";
import { tensorboardFiles } from "../src/runs/tensorboard.ts";
import { cli, temporaryFolder } from "./cli.ts";

const fixtures = fileURLToPath(new URL("fixtures/tensorboard/", import.meta.url));
const json = (name: string): unknown => JSON.parse(readFileSync(join(fixtures, name), "utf8"));
const trials = json("trials.json") as TrialResult[];

/** What TensorBoard read from the files: scripts/reference/tensorboard_fixture.py. */
const read = json("read.json") as Record<
  string,
  {
    scalars: Record<string, [step: number, value: number, time: number][]>;
    hparams: Record<string, Record<string, Record<string, unknown>>>;
  }
>;

test("CRC-32C gives the published figures", () => {
  // RFC 3720, B.4: 32 bytes of 0, of 0xff, and ascending; and the usual check of nine digits.
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
  expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283);
});

describe("event files", () => {
  test("are those that TensorBoard has read: run scripts/write-event-files.ts and the reference when they are not", () => {
    const files = tensorboardFiles(trials);
    const there = readdirSync(join(fixtures, "logs"), { recursive: true, encoding: "utf8" });
    expect(files.map(({ path }) => path).sort()).toEqual(
      there.filter((path) => path.includes("tfevents")).sort(),
    );
    for (const { path, bytes } of files)
      expect(Buffer.compare(bytes, readFileSync(join(fixtures, "logs", path))), path).toBe(0);
  });

  test.each(trials.map((trial) => [`r${trial.spec.lora.rank}-s${trial.spec.seed}`, trial] as const))(
    "have what the results say of %s",
    (name, { spec, lossCurve, evaluation, status, measured }) => {
      const { scalars, hparams } = read[name]!;
      const points = (tag: string) => scalars[tag]?.map(([step, value]) => [step, value]);
      expect(points("train/loss")).toEqual(lossCurve.map(({ step, loss }) => [step, Math.fround(loss)]));
      const rates = lossCurve.filter(({ learningRate }) => learningRate !== undefined);
      expect(points("train/learning_rate") ?? []).toEqual(
        rates.map(({ step, learningRate }) => [step, Math.fround(learningRate!)]),
      );
      const final = (tag: string) => scalars[tag]?.at(-1)?.[1];
      const rounded = (value: number | undefined) => (value === undefined ? undefined : Math.fround(value));
      expect(final("validation/accuracy")).toBe(rounded(evaluation?.accuracy));
      expect(final("validation/log_loss")).toBe(rounded(evaluation?.logLoss));
      const end = Date.parse(measured.provenance.finishedAt) / 1000;
      for (const [, , time] of Object.values(scalars).flat())
        expect(end - time).toBeLessThanOrEqual(measured.seconds.total);

      const session = hparams["_hparams_/session_start_info"]!.session_start_info!;
      const { lora, optimizer, seed } = spec as EngineSpec;
      expect(session).toMatchObject({ group_name: `r${lora.rank}`, hparams: { rank: lora.rank, seed } });
      const { learning_rate } = session.hparams as { learning_rate?: number };
      expect(learning_rate).toBe(optimizer.learningRate);
      expect(hparams["_hparams_/session_end_info"]!.session_end_info).toEqual({
        status: status === "completed" ? "STATUS_SUCCESS" : "STATUS_FAILURE",
        end_time_secs: end,
      });
    },
  );
});

describe("lorank runs", () => {
  test("says what there must be, and writes nothing", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "outcomes.csv"), "rank,seed,example,correct\n1,1,a,1\n");
    const args = ["--out", "logs"];
    const [outcomes, nothing] = await Promise.all([
      cli(["runs", "outcomes.csv", ...args], { cwd: folder }),
      cli(["runs", ".", ...args], { cwd: folder }),
    ]);
    expect(outcomes).toMatchObject({ code: 2, stdout: "" });
    expect(outcomes.stderr).toContain(
      "must be a sweep's folder or its results.json, got the outcomes outcomes.csv",
    );
    expect(nothing.stderr).toContain(
      "results must be a folder with a results.json, got .\nIt holds no sweep.",
    );
    expect(readdirSync(folder)).toEqual(["outcomes.csv"]);
  });
});
