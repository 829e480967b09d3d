import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onItsOwn, program } from "../../../apps/cli/test/cli.ts";

/** The folder in which a page's commands run. */
export class PageFolder {
  readonly path = mkdtempSync(join(tmpdir(), "lorank-page-"));

  /** Runs `lorank` with these words; its output is what a terminal would show. */
  run(words: readonly string[]): { readonly code: number | null; readonly output: string } {
    const file = join(this.path, ".output");
    const out = openSync(file, "w");
    const { status } = spawnSync(process.execPath, [...program, ...words], {
      cwd: this.path,
      env: { ...process.env, NO_COLOR: "1", DEBUG: "", ...onItsOwn },
      stdio: ["ignore", out, out],
    });
    closeSync(out);
    const output = readFileSync(file, "utf8");
    rmSync(file);
    return { code: status, output };
  }

  write(name: string, text: string): string {
    const path = join(this.path, name);
    writeFileSync(path, text);
    return path;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Whether `output` is what a page shows. In `shown`, `…` stands for any text, alone on a line for any lines. */
export function matches(output: string, shown: string): boolean {
  const lines = (text: string): string[] =>
    text
      .trimEnd()
      .split("\n")
      .map((line) => line.trimEnd());
  const pattern = lines(shown).map((line) =>
    line.trim() === "…" ? "(?:.*\n)*?" : `${line.split("…").map(literally).join(".*")}\n`,
  );
  return new RegExp(`^${pattern.join("")}$`).test(`${lines(output).join("\n")}\n`);
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** The commands of a `console` block, each with the output that follows it. */
export function consoleCommands(code: string): { readonly command: string; readonly shown: string }[] {
  return code
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [command = "", ...shown] = part.split("\n");
      return { command, shown: shown.join("\n") };
    });
}
