import { mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { cliHere, type RunHere } from "../here.ts";

/** A terminal in an empty folder. Commands run in this process, so their modules load once for all scenes. */
export interface Terminal {
  readonly folder: string;
  /** Writes a file below the folder. Returns its path there. */
  write(name: string, content: string | Uint8Array): string;
  /** Runs `lorank` with the words of a line, which single quotes may hold together, and a file after ` < ` as its input. */
  run(line: string): Promise<RunHere>;
  /** Replaces in the snapshot what differs from machine to machine, or run to run. */
  hide(pattern: RegExp, shown: string): void;
}

/** Hides measured durations, with the spaces that align them in a table, and how much time is left. */
export function hideTimes({ hide }: Pick<Terminal, "hide">): void {
  const time = "(?<![\\dT:])(\\d+(\\.\\d)? s|\\d+:\\d\\d)\\b";
  hide(new RegExp(` {2,}${time}`, "g"), "  N s");
  hide(new RegExp(time, "g"), "N s");
  hide(/about N s left|nearly done/g, "TIME left");
}

/**
 * Tests that a scene prints what stands in `shown/COMMAND/STATE.txt`: each command line, what it printed, and its exit code
 * unless that is 0. Lines of stderr begin with `! `. `npx vitest run FILE -u` writes the snapshots.
 */
export function shows(command: string, state: string, scene: (terminal: Terminal) => Promise<unknown>): void {
  test(`${command}: ${state}`, async () => {
    const folder = realpathSync(temporaryFolder());
    const hidden: (readonly [RegExp | string, string])[] = [
      [folder, "/scene"],
      [homedir(), "~"],
      [hostname(), "HOST"],
    ];
    let text = "";
    await scene({
      folder,
      write(name, content) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), content);
        return name;
      },
      hide: (pattern, shown) => void hidden.push([pattern, shown]),
      async run(line) {
        const [words = "", file] = line.split(" < ");
        const input = file === undefined ? "" : readFileSync(join(folder, file), "utf8");
        const ended = await cliHere(wordsOf(words), { cwd: folder, input });
        text += `${`$ lorank ${line}`.trimEnd()}\n${ended.screen}${ended.code === 0 ? "" : `[exit ${ended.code}]\n`}\n`;
        return ended;
      },
    });
    for (const [pattern, shown] of hidden) text = text.replaceAll(pattern, shown);
    const file = `./shown/${command}/${state.replace(/[^a-zA-Z0-9.]+/g, "-")}.txt`;
    await expect(`${text.trimEnd()}\n`).toMatchFileSnapshot(file);
  });
}

function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
}
