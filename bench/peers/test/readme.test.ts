import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const commands = [...readme.matchAll(/^node (.* bench\/peers\/run\.ts .*)$/gm)].map((match) => match[1]!);
const python = process.env.LORANK_PEERS_PYTHON;

function run(command: string, more: readonly string[], environment: NodeJS.ProcessEnv) {
  const args = [...command.split(" "), ...more];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    env: environment,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

const { LORANK_PEERS_PYTHON: _, ...withoutPython } = process.env;

describe("the README's commands", () => {
  test.each(commands)("%s is understood, and says what is missing before it starts anything", (command) => {
    expect(run(command, [], withoutPython)).toEqual({
      status: 2,
      stdout: "",
      stderr:
        "LORANK_PEERS_PYTHON must be a Python with bench/peers/requirements.txt installed, got nothing\n",
    });
  });

  test("there is one for each case", () => {
    const table = [...readme.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell]) => cell!.match(/[\w.-]+/g)!);
    for (const name of table) expect(commands.join(" ")).toContain(` ${name}`);
    expect(table).toHaveLength(12);
  });

  test("a case that is not there is refused by name", () => {
    const { status, stderr } = run(commands[0]!, ["minilm-1"], withoutPython);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^cases must be among .*trainer, got minilm-512, minilm-2048, minilm-1\n$/);
  });
});

if (!python) console.log("skipped: the peer itself needs LORANK_PEERS_PYTHON, which is not set");
describe.skipIf(!python)("with the peer", () => {
  test("the sides do the same work and are compared", () => {
    const command = commands[0]!.replace(" minilm-2048", "");
    const { status, stdout } = run(command, ["--rounds", "1", "--warm-up", "1"], process.env);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^lorank float32 \/ peft float32: time [\d.]+ /m);
  });
});
