/** Refusals for tool calls: texts read by an assistant may talk it into a call. */
import { realpathSync, statSync } from "node:fs";
import { dirname, parse, resolve } from "node:path";
import { InputError } from "@lorank/core";

/** Most models per tool call: each is read, and may be fetched. */
const mostModels = 50;

/**
 * Checks a tool call's arguments, or settings from a file. Refuses standard input, judges in files, pipes, devices,
 * disk roots, queues on other hosts, and more than 50 models.
 * @throws `E_USAGE` with each refused value.
 */
export function assertHarmless(values: Readonly<Record<string, unknown>>): void {
  const problems = Object.entries(values).flatMap(([key, value]) => {
    const texts = [value].flat().filter((text) => typeof text === "string");
    const faults = texts.flatMap((text) => {
      const rule = ruleBroken(key, text);
      return rule === undefined ? [] : [`${key} must be ${rule}`];
    });
    const isLong = key === "models" && texts.length > mostModels;
    return isLong ? [`models must be at most ${mostModels} in one call, got ${texts.length}`] : faults;
  });
  if (problems.length > 0) throw new InputError("E_USAGE", problems.join("\n"));
}

function ruleBroken(key: string, text: string): string | undefined {
  if (text === "-") return "a path, got -: standard input is the client's";
  if (key === "metric" && /^(not-)?file:/.test(text))
    return `built in where an assistant asks, got ${text}, which names a program`;
  if (key === "redis" && !isOwnServer(text))
    return "on this machine, or the server in LORANK_REDIS, got another host";
  const named = wayTo(text);
  if (named === undefined) return undefined;
  if (parse(named.path).root === named.path) return `a file or folder below the root of a disk, got ${text}`;
  return named.isReadable ? undefined : `a file or a folder, got the pipe or device ${text}`;
}

/** Real path of a file, or of a pattern's folder; undefined if it does not exist. */
function wayTo(text: string): { readonly path: string; readonly isReadable: boolean } | undefined {
  const fixed = /^([^{*]*)[{*]/.exec(text)?.[1];
  try {
    const path = realpathSync(fixed === undefined ? text : dirname(resolve(`${fixed}_`)));
    const stats = statSync(path);
    return { path, isReadable: stats.isFile() || stats.isDirectory() };
  } catch {
    return undefined; // the file is absent, or the text no path
  }
}

/** Tests for an address on this machine, with any port, or the user's own `LORANK_REDIS`. Ambiguous addresses fail. */
function isOwnServer(address: string): boolean {
  const here = /^rediss?:\/\/([^@/?#\\\s]*@)?(localhost|127(\.\d+){3}|\[::1\])(:\d+)?(\/\d*)?$/i;
  return here.test(address) || address === process.env.LORANK_REDIS;
}
