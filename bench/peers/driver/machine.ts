import { execFileSync } from "node:child_process";
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";

/** Machine, load, Node and commit, in two lines. */
export function machine(): string {
  const load = loadavg().map((value) => value.toFixed(1));
  return (
    `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ` +
    `load ${load.join(" ")}\n${new Date().toISOString()}, Node ${process.version}, commit ${commit()}`
  );
}

function commit(): string {
  const git = (...args: string[]) => execFileSync("git", args, { encoding: "utf8" }).trim();
  const changed = git("status", "--porcelain") === "" ? "" : " with changes";
  return git("rev-parse", "--short", "HEAD") + changed;
}
