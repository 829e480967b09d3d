import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { WAIT_LIMIT } from "../../../../scripts/wait-limit.ts";
import { commandsFor } from "../../src/commands/commands.ts";
import {
  bashCompletion,
  fishCompletion,
  powershellCompletion,
  zshCompletion,
} from "../../src/commands/completion/completion.ts";
import { completionTree } from "../../src/commands/completion/tree.ts";
import { deviceChoices } from "../../src/flags/choices.ts";
import { flagsOf } from "../../src/flags/setting.ts";
import { cliHere } from "../here.ts";

const commands = await commandsFor();

function scriptsOf(some: typeof commands) {
  const tree = completionTree(some);
  return {
    bash: bashCompletion(tree),
    zsh: zshCompletion(tree),
    fish: fishCompletion(tree),
    powershell: powershellCompletion(tree),
  };
}

const scripts = scriptsOf(commands);
type Shell = keyof typeof scripts;

const folder = temporaryFolder();
const scriptOf = (shell: Shell) => join(folder, `lorank.${shell}`);

beforeAll(() => {
  for (const shell of Object.keys(scripts) as Shell[]) writeFileSync(scriptOf(shell), scripts[shell]);
  mkdirSync(join(folder, "place/results"), { recursive: true });
  writeFileSync(join(folder, "place/rows of a test.csv"), "");
});

const programs = { bash: "bash", zsh: "zsh", fish: "fish", powershell: "pwsh" } as const;
const isHere = (shell: Shell) => spawnSync(programs[shell], ["--version"]).status === 0;

function run(program: string, args: readonly string[]): string[] {
  const { stdout, stderr } = spawnSync(program, args, {
    cwd: join(folder, "place"),
    encoding: "utf8",
    env: { PATH: process.env.PATH, HOME: folder, TERM: "dumb" },
    timeout: WAIT_LIMIT,
  });
  expect(stderr).toBe("");
  return stdout.split("\n").filter((line) => line !== "");
}

/** What a shell offers after `line`, sorted. */
const offered = {
  bash: (line) => {
    // As readline takes a line apart.
    const words = line.split(/ |(=)/).filter((word) => word !== undefined);
    const set = `COMP_WORDS=(${words.map((word) => `"${word}"`).join(" ")}); COMP_CWORD=${words.length - 1}`;
    const script = `source "$0"; ${set}; _lorank; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return run("bash", ["--norc", "-c", script, scriptOf("bash")]);
  },
  zsh: (line) => {
    const driver = fileURLToPath(new URL("../completion.zsh", import.meta.url));
    // It puts backslashes before spaces, and looks for folders twice.
    const words = run("zsh", ["-f", driver, scriptOf("zsh"), line]);
    return [...new Set(words.map((word) => word.replaceAll("\\", "")))];
  },
  fish: (line) => {
    const script = `source ${scriptOf("fish")}; complete -C '${line}'`;
    const words = run("fish", ["--no-config", "-c", script]).map((word) => word.split("\t")[0]!);
    return words.map((word) => word.replace(/^--device=/, "").replace(/\/$/, ""));
  },
} satisfies Partial<Record<Shell, (line: string) => string[]>>;

const verdictFlags = [
  "--confidence",
  "--margin",
  "--metric",
  "--no-color",
  "--no-input",
  "--require-conclusive",
];
const shellNames = ["bash", "fish", "powershell", "zsh"];

describe.each(["bash", "zsh", "fish"] as const)("in %s", (shell) => {
  const reason = isHere(shell) ? "" : `: ${shell} is not installed`;
  test.skipIf(reason !== "").each([
    ["commands", "lorank sw", ["sweep"]],
    ["a command's flags", "lorank plan --mea", ["--measure"]],
    ["no flag of another command", "lorank verdict --require", ["--require-conclusive"]],
    ["the names that a flag takes", "lorank sweep --device ", [...deviceChoices].sort()],
    ["those after an equals sign", "lorank sweep --device=c", ["coreml", "cpu", "cuda"]],
    ["those after other flags", "lorank eval starter --quantize nf4 --task ca", ["causal-lm"]],
    ["files", "lorank sweep --data r", ["results", "rows of a test.csv"]],
    ["files as an argument", "lorank report r", ["results", "rows of a test.csv"]],
    ["files as one of several arguments", "lorank memory starter r", ["results", "rows of a test.csv"]],
    ["the names of shells", "lorank completion ", shellNames],
    ["commands after help", "lorank help ver", ["verdict"]],
  ] as const)(`offers %s${reason}`, (_, line, expected) => {
    expect(offered[shell](line).sort()).toEqual(expected);
  });
  test.skipIf(reason !== "")(`offers folders alone where a folder is meant${reason}`, () => {
    expect(offered[shell]("lorank sweep --out r")).toEqual(["results"]);
  });
  test.skipIf(reason !== "")(`offers every flag of a command${reason}`, () => {
    expect(offered[shell]("lorank verdict --")).toEqual(expect.arrayContaining(verdictFlags));
  });
});

const noPowershell = isHere("powershell")
  ? ""
  : ": PowerShell is not installed, so its syntax was not checked";
test.skipIf(noPowershell !== "")(`PowerShell can parse its script${noPowershell}`, () => {
  const parse = `$errors = $null; [void][System.Management.Automation.Language.Parser]::ParseFile('${scriptOf("powershell")}', [ref]$null, [ref]$errors); $errors`;
  expect(run("pwsh", ["-NoProfile", "-Command", parse])).toEqual([]);
});

test.each(Object.entries(scripts))("the script for %s has every command, flag and name", (_, script) => {
  for (const { name, settings } of commands) {
    expect(script).toContain(name);
    for (const { key, hidden, kind } of flagsOf(settings).filter((setting) => setting.hidden !== true)) {
      expect(script, `${name} ${key} ${hidden}`).toContain(key);
      for (const one of kind.names ?? []) expect(script).toContain(one);
    }
  }
  expect(script).not.toContain("undefined");
});

test("completion prints the script", async () => {
  expect(await cliHere(["completion", "bash"])).toMatchObject({ code: 0, stderr: "", stdout: scripts.bash });
});

test.each(Object.keys(scripts) as Shell[])("the script for %s of two commands", async (shell) => {
  const script = scriptsOf(commands.filter(({ name }) => ["completion", "truncate"].includes(name)))[shell];
  await expect(script).toMatchFileSnapshot(`./shown/completion/${shell}.txt`);
});
