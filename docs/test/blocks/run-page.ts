import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { cliHere, type RunHere } from "../../../apps/cli/test/here.ts";
import { refuse, startFakeHub } from "../../../packages/checkpoint/test/helpers/fake-hub.ts";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";

/** The folder in which a page's blocks run, in this process: starting one for each command took a second. */
export class PageFolder {
  readonly path = temporaryFolder();

  /** Runs `lorank` with these words, and these environment variables beside our own. */
  async run(words: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<RunHere> {
    const env = { HF_HOME: "hub", HF_ENDPOINT: await hubWithGatedModel(), ...variables };
    return cliHere(words, { cwd: this.path, columns: undefined, env });
  }

  /** Runs `work` with this folder as the working directory. */
  async within<T>(work: () => Promise<T>): Promise<T> {
    const before = process.cwd();
    process.chdir(this.path);
    try {
      return await work();
    } finally {
      process.chdir(before);
    }
  }

  /** Writes a file, which may be run as a program. */
  write(name: string, text: string): string {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode: 0o755 });
    return path;
  }
}

/** Address of a hub whose only model, `org/gated`, asks for a licence. */
async function hubWithGatedModel(): Promise<string> {
  const hub = await startFakeHub(onTestFinished);
  hub.intercept = ({ path }, response) => {
    const isGated = path.includes("/org/gated/");
    if (isGated) refuse(response, 403, "GatedRepo");
    return isGated;
  };
  return hub.endpoint;
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

export function literally(text: string): string {
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
