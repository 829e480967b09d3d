/**
 * Lines that `sweep`, `verdict` and `plan` print on stdout for the demo: into a pipe, and on a terminal of 80 columns. A line that is
 * longer counts as often as it wraps. Trains the demo first where `--out` holds none; a finished sweep prints the same again.
 *
 *     node --conditions=@lorank/source --import tsx bench/terminal-lines.ts --out /tmp/lorank-demo
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { out: { type: "string", default: "lorank-demo" } } });
const root = fileURLToPath(new URL("../../..", import.meta.url));
const demo = "examples/demo.yaml";
const commands = [
  ["sweep", demo, "--out", values.out],
  ["verdict", values.out],
  ["plan", demo],
];
const width = 80;

stdoutOf(commands[0]!, { stderr: "inherit" });
for (const command of commands) {
  const [piped, wrapped] = [stdoutOf(command), stdoutOf(command, { columns: width })];
  console.log(`${command[0]}: ${rows(piped)} lines in a pipe, ${rows(wrapped, width)} at ${width} columns`);
}

/** Output of a command, as on a terminal of so many columns where they are given. */
function stdoutOf(
  command: readonly string[],
  { columns, stderr = "ignore" }: { readonly columns?: number; readonly stderr?: "ignore" | "inherit" } = {},
): string {
  const preload = `for (const stream of [process.stdout, process.stderr]) stream.columns = ${columns}`;
  const run = spawnSync(
    process.execPath,
    [
      ...["--conditions=@lorank/source", "--import", "tsx"],
      ...(columns === undefined ? [] : ["--import", `data:text/javascript,${encodeURIComponent(preload)}`]),
      ...["apps/cli/src/main.ts", ...command],
    ],
    { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", stderr] },
  );
  if (run.status !== 0) throw new Error(`lorank ${command.join(" ")} must end with 0, got ${run.status}`);
  return run.stdout;
}

/** Rows that the lines of a text take. */
function rows(text: string, columns = Number.POSITIVE_INFINITY): number {
  const lines = text.replace(/\n$/, "").split("\n");
  return lines.reduce((sum, { length }) => sum + Math.max(1, Math.ceil(length / columns)), 0);
}
