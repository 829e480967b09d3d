import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "../../../apps/cli/src/command.ts";
import { commandsFor } from "../../../apps/cli/src/commands/commands.ts";
import { createProgram } from "../../../apps/cli/src/program.ts";
import { readFlags } from "../../../apps/cli/src/settings/read.ts";

const commands = await commandsFor();

export const root = fileURLToPath(new URL("../../..", import.meta.url));

/** What the words after `lorank` are, or none if the command is another one. */
export function lorankArguments(words: readonly string[]): readonly string[] | undefined {
  const text = words.join(" ");
  const start = /^(?:npx |uvx )?lorank(?: |$)|^npm run (?:-s )?lorank -- /.exec(text)?.[0];
  return start === undefined ? undefined : words.slice(start.trim().split(" ").length);
}

/**
 * Checks that one shell command could run: a command of `lorank` by its own parser, with the value of every flag; of
 * npm, pnpm, pip and Node, that packages, scripts and files exist. Returns the folder of the next command.
 *
 * @param folder in the repository, where the command runs.
 * @throws Error that says what is wrong.
 */
export function checkCommand(words: readonly string[], folder: string): string {
  const lorank = lorankArguments(words);
  if (lorank !== undefined) {
    checkLorank(lorank);
    return folder;
  }
  const [program = "", ...rest] = words;
  const check = programs[program];
  if (check === undefined) throw new Error(`"${program}" is no command that this test can check`);
  return check(rest, folder) ?? folder;
}

type Check = (words: readonly string[], folder: string) => string | undefined;

const programs: Readonly<Record<string, Check>> = {
  cat: () => undefined,
  zcat: () => undefined,
  // scripts/reference/trackio_fixture.py runs it.
  trackio: () => undefined,
  export: () => undefined,
  cd: ([to = ""], folder) => existing(join(folder, to)),
  nice: ([, , ...rest], folder) => checkCommand(rest, folder),
  taskset: ([, , ...rest], folder) => checkCommand(rest, folder),
  pip: ([, ...rest], folder) => {
    if (rest.join() === "lorank") return undefined; // python/
    existing(join(folder, rest[rest.indexOf("-r") + 1] ?? ""));
    return undefined;
  },
  npm: (words, folder) => checkScript(words, folder),
  pnpm: (words, folder) => checkScript(words, folder),
  npx: (words, folder) => checkNpx(words, folder),
  node: (words, folder) => {
    const file = words.find((word, i) => !word.startsWith("-") && words[i - 1] !== "--import");
    existing(join(folder, file ?? ""));
    return undefined;
  },
};

function checkNpx(words: readonly string[], folder: string): undefined {
  const [name = "", ...rest] = words.filter((word) => word !== "-y");
  if (name.startsWith("pnpm@")) checkScript(rest, folder);
  else existing(join(root, "node_modules/.bin", name));
}

function checkScript([verb = "", ...rest]: readonly string[], folder: string): undefined {
  if (verb === "install" || verb === "i") {
    const unknown = rest.filter((word) => !word.startsWith("-") && !dependencies().has(word));
    if (unknown.length > 0) throw new Error(`no package here is or uses ${unknown.join(", ")}`);
    return;
  }
  const script = verb === "run" ? rest.find((word) => !word.startsWith("-")) : verb;
  const { scripts = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  if (scripts[script ?? ""] === undefined) throw new Error(`${folder} has no script "${script}"`);
}

function checkLorank(words: readonly string[]): void {
  let said = "";
  const program = createProgram(commands);
  for (const command of [program, ...program.commands]) {
    command.configureOutput({ writeErr: (text) => (said += text), writeOut: () => undefined });
    if (command !== program) command.action(() => void readFlags(settingsOf(command.name()), command.opts()));
  }
  try {
    if (words.length > 0) program.parse([...words], { from: "user" });
  } catch (error) {
    const { exitCode, message } = error as Error & { readonly exitCode?: number };
    if (exitCode !== 0) throw new Error(said.trim() || message, { cause: error }); // 0: --help, --version
  }
}

function settingsOf(command: string): Command["settings"] {
  return commands.find(({ name }) => name === command)!.settings;
}

function existing(path: string): string {
  if (!existsSync(path)) throw new Error(`${path} must exist`);
  return path;
}

let known: Set<string> | undefined;
/** Our packages and all that they use. */
function dependencies(): Set<string> {
  known ??= new Set(
    execFileSync("git", ["ls-files", "package.json", "*/package.json"], { cwd: root, encoding: "utf8" })
      .trim()
      .split("\n")
      .flatMap((file) => {
        const {
          name,
          dependencies = {},
          devDependencies = {},
          peerDependencies = {},
        } = JSON.parse(readFileSync(join(root, file), "utf8"));
        return [name, ...Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies })];
      }),
  );
  return known;
}
