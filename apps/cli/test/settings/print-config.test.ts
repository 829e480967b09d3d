import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { commandsFor } from "../../src/commands/commands.ts";
import { createProgram } from "../../src/program.ts";
import { recipesFolder } from "../../src/settings/recipes.ts";
import { cli } from "../cli.ts";

const commands = await commandsFor();

/** What the command line prints, run in this process and in `cwd`. Throws as the command does. */
async function printed(args: readonly string[], cwd = temporaryFolder()): Promise<string> {
  const [back, exitCode] = [process.cwd(), process.exitCode];
  let text = "";
  const write = vi.spyOn(process.stdout, "write").mockImplementation((more) => {
    text += String(more);
    return true;
  });
  process.chdir(cwd);
  try {
    await createProgram(commands).parseAsync([...args], { from: "user" });
  } finally {
    process.chdir(back);
    write.mockRestore();
    process.exitCode = exitCode;
  }
  return text;
}

/** Prints the settings, saves them as a file, and prints those of the file. */
async function twice(command: string, args: readonly string[]) {
  const first = await printed([command, ...args, "--print-config"]);
  const file = join(temporaryFolder(), "again.yaml");
  writeFileSync(file, first);
  return { first, second: await printed([command, file, "--print-config"]), file };
}

/** The keys that are set, without where. */
const keysIn = (text: string) =>
  text
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .map((line) => line.replace(/ # .*/, ""));

describe("--print-config", () => {
  const sweep = ["--ranks", "2,8", "--no-dora", "--template", "Q: {prompt}\nA: {response}"];

  test.each([
    ["sweep", sweep],
    ["sweep", ["--until", "settled", "--max-seeds", "6", "--data", "a b.csv", "--delimiter", "tab"]],
    ["sweep", [join(recipesFolder(), "stand-in/sweep.yaml")]],
    ["plan", ["--seeds", "1,5", "--power", "0.9", "--epochs", "auto"]],
    ["train", ["--rank", "16", "--alpha", "rank", "--targets", "q_proj,v_proj"]],
  ])("of %s %j is the same when it is read again", async (command, args) => {
    const { first, second } = await twice(command, args);
    expect(keysIn(second)).toEqual(keysIn(first));
    expect(keysIn(first).length).toBeGreaterThan(5);
  });

  test("plans the same trials when it is read again", async () => {
    const folder = temporaryFolder();
    const args = ["--ranks", "2,4", "--seeds", "2", "--train-examples", "60", "--validation-examples", "60"];
    const { file } = await twice("sweep", args);
    const dry = ["--dry-run", "--json"];
    const [asked, read] = await Promise.all([
      cli(["sweep", ...args, ...dry], { cwd: folder }),
      cli(["sweep", file, ...dry], { cwd: folder }),
    ]);
    expect(read).toEqual(asked);
  });

  test("says of each setting where it was said", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "s.yaml"), "ranks: [2, 8]\nseeds: 3\nexecutor: bullmq\n");
    const args = ["sweep", "s.yaml", "--ranks", "4,8", "--no-dora", "--extend", "--print-config"];
    vi.stubEnv("LORANK_REDIS", "redis://queue:6379");
    onTestFinished(() => void vi.unstubAllEnvs());
    expect((await printed(args, cwd)).split("\n")).toEqual(
      expect.arrayContaining([
        "ranks: [4, 8] # --ranks",
        "seeds: 3 # s.yaml",
        "executor: bullmq # s.yaml",
        "redis: redis://queue:6379 # LORANK_REDIS",
        "dora: false # --no-dora",
        "batch-size: 8 # default",
        "# --extend true  (a flag only)",
        "# learning-rate: 0.003 for the starter, 0.0005 for other models  (default)",
      ]),
    );
    const secret = await printed([...args, "--redis", "redis://me:secret@queue:6379"], cwd);
    expect(secret).toContain("# redis: redis://***@queue:6379  (--redis; with a password)");
    expect(secret).not.toContain("secret");
    const json = JSON.parse(await printed([...args, "--json"], cwd)) as {
      settings: Record<string, unknown>;
    };
    expect(json.settings.ranks).toEqual({ value: [4, 8], origin: "--ranks" });
  });

  test("says what a results folder kept", async () => {
    const cwd = temporaryFolder();
    const kept = { folder: cwd, settings: { ranks: [2, 16], seeds: 4 } };
    writeFileSync(join(cwd, "settings.json"), JSON.stringify(kept));
    for (const args of [
      ["sweep", "--out", cwd],
      ["plan", "--results", cwd],
    ]) {
      const text = await printed([...args, "--seeds", "6", "--print-config"], cwd);
      expect(text).toContain(`\nranks: [2, 16] # ${join(cwd, "settings.json")}\nseeds: 6 # --seeds\n`);
    }
  });

  test("refuses what the command would refuse", async () => {
    const run = printed(["sweep", "--until", "settled", "--seeds", "3", "--print-config"]);
    await expect(run).rejects.toThrow("seeds must not be given with --until settled");
  });
});
