/** Runs a command, strikes at one of its file-system calls, runs it again, and says what is not as after an undisturbed run. */
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import type { Programs } from "./build.ts";
import type { CallKind, ErrorCode, Fault } from "./preload.ts";

/** A command with what it finds. */
export interface Scene {
  readonly name: string;
  /** What follows `lorank`. */
  readonly args: readonly string[];
  /** Whose calls are struck. */
  readonly of: Fault["of"];
  /** Puts there what the command reads and what it replaces. */
  readonly prepare: (folder: string, lorank: (...args: string[]) => Promise<void>) => void | Promise<void>;
  /** Variables beside those of every scene. */
  readonly environment?: Readonly<Record<string, string>>;
  /** A folder that is the old one or the new one at any time. */
  readonly replaces?: string;
}

/** A call of a scene, as the undisturbed run made it. */
export interface ObservedCall {
  readonly nth: number;
  readonly kind: CallKind;
  readonly name: string;
  readonly path: string;
}

export interface Point {
  readonly call: ObservedCall;
  readonly strike: Fault["strike"];
}

/** A scene with what its undisturbed run did and left. */
export interface Observed {
  readonly scene: Scene;
  readonly calls: readonly ObservedCall[];
  /** Says what is wrong after a strike; undefined where the call was not reached. */
  readonly try: (point: Point) => Promise<string[] | undefined>;
  readonly remove: () => void;
}

interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A path in a message: quoted as Node does, or before or behind what it must be. */
const pathInMessage =
  /'[^']+'|the disk of \S+ is|could not be kept in \S+|\S*[/.]\S* (could|must) |\b(out|adapter|tiny) (could|must) |\bgot \S+/;

const hints: Readonly<Record<ErrorCode, RegExp>> = {
  ENOSPC: /free there|Make room/,
  EIO: /disk/i,
  EACCES: /permission|may be (written|read)|can be written|set HF_HUB_CACHE|readable/i,
  EMFILE: /ulimit/,
};

/** Runs a scene undisturbed. */
export async function observe(scene: Scene, programs: Programs): Promise<Observed> {
  const base = mkdtempSync(join(tmpdir(), "lorank-faults-"));
  const original = join(base, "original");
  for (const name of ["tmp", "home"]) mkdirSync(join(original, name), { recursive: true });
  const run = (root: string, args: readonly string[], fault?: Fault) =>
    start(programs, { root, args, fault, more: scene.environment ?? {} });
  await scene.prepare(original, async (...args) => {
    const { code, stderr } = await run(original, args);
    if (code !== 0) throw new Error(`lorank ${args.join(" ")} ended with ${code}: ${stderr}`);
  });
  let copies = 0;
  const copy = (): string => {
    const folder = join(base, String(1_000_000 + copies++)); // names of one length
    cpSync(original, folder, { recursive: true, verbatimSymlinks: true });
    return folder;
  };
  const faultIn = (root: string, nth: number, strike: Fault["strike"]): Fault => ({
    ...{ root, of: scene.of, kinds: ["change", "sync", "read"], nth, strike },
    ...{ log: `${root}.log`, struck: `${root}.struck` },
  });
  const whole = copy();
  const watched = faultIn(whole, 0, "kill");
  const undisturbed = await run(whole, scene.args, watched);
  if (undisturbed.code !== 0)
    throw new Error(
      `${scene.name} ended with ${undisturbed.code ?? undisturbed.signal}: ${undisturbed.stderr}`,
    );
  const expected = contents(whole);
  const before = scene.replaces === undefined ? undefined : folderText(original, scene.replaces);
  const after = scene.replaces === undefined ? undefined : folderText(whole, scene.replaces);
  const calls = readFileSync(watched.log, "utf8").trimEnd().split("\n").map(callOf);

  async function tryAt({ call, strike }: Point): Promise<string[] | undefined> {
    const root = copy();
    const fault = faultIn(root, call.nth, strike);
    try {
      const first = await run(root, scene.args, fault);
      if (!existsSync(fault.struck)) return undefined;
      const problems = [...ofFirst(first, strike, root), ...ofReplaced(root)];
      const done = attemptsOfDone(root);
      const again = await run(root, scene.args);
      if (again.code !== 0)
        problems.push(`again: ${again.code ?? again.signal}: ${again.stderr.slice(-800)}`);
      // What a training came to is kept elsewhere where it cannot be written to its place, and the message says where.
      const isKept = first.stderr.includes("its adapter is kept in ");
      const left = differences(expected, contents(root)).filter(
        (one) => !isKept || !one.startsWith("lorank-adapter-"),
      );
      problems.push(...left.map((one) => `again: ${one}`));
      for (const [id, attempts] of done)
        if (attempts !== namesIn(id).length) problems.push(`${relative(root, id)} was run a second time`);
      return problems.map((one) => one.replaceAll(root, "<root>"));
    } finally {
      for (const path of [root, fault.log, fault.struck]) rmSync(path, { recursive: true, force: true });
    }
  }

  /** What is wrong with how the struck run ended. */
  function ofFirst(end: End, strike: Fault["strike"], root: string): string[] {
    const { code, signal, stderr } = end;
    const isLoneWorker = scene.of === "worker" && strike !== "kill-all";
    switch (strike) {
      case "kill":
      case "kill-all":
      case "tear":
        if (isLoneWorker)
          return code === 0 ? [] : [`a killed worker: ${code ?? signal}: ${stderr.slice(-800)}`];
        return signal === "SIGKILL" ? [] : [`was not killed: ${code}`];
      case "short":
        return code === 0 ? [] : [`a short write: ${code ?? signal}: ${stderr.slice(-800)}`];
    }
    // What could not be cleared away is hidden, and the next run clears it away; tokens, and what the hub lacks, need not be kept.
    if (code === 0)
      return differences(expected, contents(root))
        .filter((one) => !/(^|\/)\..* is left$|^tokens.* is missing$|\/\.no_exist\/.* is missing$/.test(one))
        .map((one) => `${strike}, but exit code 0: ${one}`);
    const problems: string[] = [];
    const add = (isWrong: boolean, what: string) =>
      isWrong && problems.push(`${what}, in: ${stderr.slice(-800)}`);
    const text = stderr.replaceAll("\n", " ");
    add(![1, 2, 3].includes(code ?? -1), `exit code ${code ?? signal}`);
    const messages = (form: RegExp): number => stderr.match(form)?.length ?? 0;
    const adapters = messages(/^The adapters? of ranks? .* could not be handed out; /gm);
    const others = messages(/^(error: |The report could not be written; )/gm);
    // What keeps adapters from being handed out may keep the report from being written too.
    add(
      code === 3 ? adapters + others > 0 : adapters > 1 || others > 1 || adapters + others === 0,
      "not one message",
    );
    add(/^ +at .*:\d+:\d+/m.test(stderr), "a stack");
    add(!stderr.includes(strike), `no ${strike}`);
    add(!pathInMessage.test(text), "no path");
    add(!hints[strike].test(text), "no advice");
    return problems;
  }

  function ofReplaced(root: string): string[] {
    if (scene.replaces === undefined) return [];
    const now = folderText(root, scene.replaces);
    if (now === before || now === after) return [];
    const aside = namesIn(root).filter(
      (name) => name.startsWith(`.${scene.replaces}.`) && name.endsWith(".old"),
    );
    if (now === undefined && aside.some((name) => folderText(root, name) === before)) return [];
    return [`${scene.replaces} is neither the old one nor the new one`];
  }

  return { scene, calls, try: tryAt, remove: () => rmSync(base, { recursive: true, force: true }) };
}

function start(
  { main, preload }: Programs,
  {
    root,
    args,
    fault,
    more,
  }: {
    root: string;
    args: readonly string[];
    fault?: Fault | undefined;
    more: Readonly<Record<string, string>>;
  },
): Promise<End> {
  const env = {
    ...process.env,
    ...{
      NO_COLOR: "1",
      DEBUG: "",
      VK_ICD_FILENAMES: "/nonexistent",
      CUDA_VISIBLE_DEVICES: "",
      NODE_OPTIONS: "",
    },
    ...{ HOME: join(root, "home"), XDG_CACHE_HOME: join(root, "home"), TMPDIR: join(root, "tmp") },
    ...{ LORANK_TOKEN_CACHE: join(root, "tokens"), HF_HUB_CACHE: join(root, "hub"), FAKE_TRIAL_HASTE: "100" },
    ...Object.fromEntries(
      ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "HF_TOKEN"].map((name) => [name, ""]),
    ),
    ...more,
    ...(fault === undefined ? {} : { LORANK_FAULT: JSON.stringify(fault) }),
  };
  const node = fault === undefined ? [main] : ["--import", pathToFileURL(preload).href, main];
  return new Promise((resolve, reject) => {
    // A process group of its own, so that one signal reaches its workers too.
    const child = spawn(process.execPath, [...node, ...args], { cwd: root, env, detached: true });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (text) => {
      stdout += text;
    });
    child.stderr.on("data", (text) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      const end = () => resolve({ code, signal, stdout, stderr });
      if (signal === null) child.once("close", end);
      else end(); // its workers may hold the pipes a little longer
    });
  });
}

function callOf(line: string, index: number): ObservedCall {
  const [, kind, name, path] = /^(\S+) (\S+) (.*)$/.exec(line)!;
  return { nth: index + 1, kind: kind as CallKind, name: name!, path: path! };
}

/** What is in the files below a folder, by path: not of attempts, whose logs have times, nor what workers printed or measured. */
function contents(root: string, folder = root): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.flatMap((entry): [string, string][] => {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path);
    if (/(^|\/)(attempts\/|output\.txt$)/.test(name)) return [];
    if (entry.isDirectory()) return [[name, "a folder"]];
    return [[name, withoutMeasured(name, readFileSync(path, "latin1")).replaceAll(root, "<root>")]];
  });
  return new Map(files.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function withoutMeasured(name: string, text: string): string {
  if (!name.endsWith("trial.json")) return text;
  return JSON.stringify(JSON.parse(text), (key, value) => (key === "measured" ? undefined : value));
}

function folderText(root: string, name: string): string | undefined {
  if (!existsSync(join(root, name))) return undefined;
  return JSON.stringify([...contents(root, join(root, name))]);
}

function differences(expected: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): string[] {
  return [...new Set([...expected.keys(), ...now.keys()])].flatMap((name) => {
    if (!now.has(name)) return [`${name} is missing`];
    if (!expected.has(name)) return [`${name} is left`];
    return now.get(name) === expected.get(name) ? [] : [`${name} has other content`];
  });
}

/** Number of attempts at each trial that has a result, by folder. */
function attemptsOfDone(root: string): Map<string, number> {
  const stores = ["out", "out/search"].map((name) => join(root, name));
  const done = stores.flatMap((store) =>
    namesIn(join(store, "results")).flatMap((name) =>
      /^[0-9a-f]{64}\.json$/.test(name) ? [join(store, "attempts", name.slice(0, 64))] : [],
    ),
  );
  return new Map(done.map((folder) => [folder, namesIn(folder).length]));
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
