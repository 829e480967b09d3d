// Facts of commands that programs rely on, beside the sentences that `commands/shown` holds.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "./cli.ts";
import { cliHere } from "./here.ts";
import { writeTinyModel } from "./tiny-model.ts";

test("memory counts what a model in a folder trains, at no more than its length", async () => {
  const cwd = temporaryFolder();
  writeTinyModel(join(cwd, "tiny"));
  const json = await cliHere(["memory", "tiny", "--ranks", "1,2", "--base", "fp32", "--json"], { cwd });
  const { model, seq, results } = JSON.parse(json.stdout);
  expect(seq).toBe(64);
  expect(model).toMatchObject({ name: "tiny", totalParams: 67_888 });
  // q 16+16, k and v 16+8, o 16+16, gate and up 16+32, down 32+16
  expect(results[1]).toMatchObject({ rank: 2, trainableParams: 2 * (32 + 24 + 24 + 32 + 48 + 48 + 48) });
  expect(results[1].optimizerBytes).toBe(8 * results[1].trainableParams);
});

test("verdict turns inconclusive into 4 under --require-conclusive", async () => {
  const cwd = temporaryFolder();
  const rows = [2, 4].flatMap((rank) =>
    Array.from({ length: 12 }, (_, e) => `${rank},1,e${e},${(e * rank) % 5 === 0 ? 0 : 1}`),
  );
  writeFileSync(join(cwd, "outcomes.csv"), ["rank,seed,example,correct", ...rows].join("\n"));
  const run = await cliHere(["verdict", "outcomes.csv", "--json", "--require-conclusive"], { cwd });
  const decision = JSON.parse(run.stdout);
  // one seed cannot show how much a rank varies
  expect(decision).toMatchObject({ verdict: "inconclusive", rank: null, margin: 0.01, confidence: 0.95 });
  expect(decision.ranks.map((row: { rank: number }) => row.rank)).toEqual([2, 4]);
  expect(run.code).toBe(4);
});

test("the help of sweep names at most 40 flags, and counts the others", async () => {
  const [short, long] = await Promise.all(
    ["sweep --help", "sweep --help --all"].map((line) => cliHere(line.split(" "))),
  );
  const flags = ({ stdout }: { readonly stdout: string }): string[] =>
    stdout.match(/^ {2}(?:-\w, )?--[\w-]+/gm)!;
  expect(flags(short!).length).toBeLessThanOrEqual(40);
  const more = flags(long!).filter((flag) => !flags(short!).includes(flag));
  expect(short!.stdout).toContain(`\n${more.length} more flags: lorank sweep --help --all\n`);
});
