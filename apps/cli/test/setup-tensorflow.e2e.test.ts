import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { findTensorflow, tensorflowFiles } from "@lorank/graph/devices";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { cli } from "./cli.ts";

const folder = realpathSync(temporaryFolder());
const cache = join(folder, "cache");
// Not the user's own set-up.
const env = { XDG_CACHE_HOME: cache, LORANK_TENSORFLOW: "" };

/** A folder that looks like TensorFlow's from afar. */
function lookalike(name: string, files: readonly string[]): string {
  for (const file of files) {
    mkdirSync(dirname(join(folder, name, file)), { recursive: true });
    writeFileSync(join(folder, name, file), "");
  }
  return join(folder, name);
}

const libraries = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"];
const header = "include/tensorflow/c/eager/c_api.h";

describe.skipIf(process.platform !== "linux")("doctor --setup-tensorflow (linux only)", () => {
  const looks = lookalike("looks", [...libraries, header]);

  test.each<[string, string, Record<string, string>, string]>([
    [
      "nothing there",
      join(folder, "none"),
      {},
      `must name a folder, got ${folder}/none, which does not exist`,
    ],
    [
      "a library missing",
      lookalike("half", [libraries[0]!]),
      {},
      `must hold TensorFlow's libraries, got ${folder}/half, without libtensorflow_framework.so.2`,
    ],
    [
      "no headers",
      lookalike("bare", libraries),
      {},
      `must hold TensorFlow's headers, got ${folder}/bare, without include/tensorflow/c/eager/c_api.h`,
    ],
    [
      "no compiler",
      looks,
      { CXX: "no-such-compiler" },
      "no-such-compiler must be installed, got no such program",
    ],
  ])("refuses %s and writes nothing", async (_, directory, more, message) => {
    const run = await cli(["doctor", "--setup-tensorflow", directory], { env: { ...env, ...more } });
    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toContain(message);
    expect(existsSync(cache)).toBe(false);
  });
});

test("doctor says what an add-on that does not load says, and how to build it again", async () => {
  const broken = lookalike("broken", libraries);
  const environment = { ...env, XDG_CACHE_HOME: join(folder, "broken-cache"), LORANK_TENSORFLOW: broken };
  const addon = tensorflowFiles(environment).addonFor(broken);
  mkdirSync(dirname(addon), { recursive: true });
  writeFileSync(addon, "not a library");
  const run = await cli(["doctor", "--json"], { env: environment });
  expect(run.code).toBe(0); // a sweep does not need it
  expect(tensorflowOf(run.stdout)).toMatchObject({
    ok: false,
    detail: expect.stringMatching(/^TensorFlow must load, got Error: .*tfjs_binding\.node: /),
    fix: `lorank doctor --setup-tensorflow ${broken}`,
  });
});

const place = findTensorflow();
const directory = place.found ? place.directory : undefined;
const reason = directory
  ? ""
  : ` (skipped: ${place.found ? "TensorFlow is that of a package, whose headers are not here" : place.reason})`;

test.skipIf(!directory)(`doctor sets TensorFlow up, remembers it and tries it${reason}`, async () => {
  const before = await cli(["doctor", "--json"], { env });
  expect(tensorflowOf(before.stdout)).toMatchObject({
    ok: false,
    needed: false,
    detail: "TensorFlow is not set up",
  });

  const setup = await cli(["doctor", "--setup-tensorflow", directory!, "--json"], { env });
  expect(setup.code, setup.stderr).toBe(0);
  const said = JSON.parse(setup.stdout);
  expect(said).toMatchObject({
    directory: realpathSync(directory!),
    version: expect.stringMatching(/^2\.\d+\.\d+/),
  });
  expect(readFileSync(join(cache, "lorank", "tensorflow", "directory"), "utf8")).toBe(`${said.directory}\n`);
  expect(readdirSync(dirname(said.addon))).toEqual(["tfjs_binding.node"]);

  const after = await cli(["doctor", "--json"], { env });
  expect(tensorflowOf(after.stdout)).toMatchObject({
    ok: true,
    detail: expect.stringContaining(
      `TensorFlow ${said.version} on the ${said.device.toUpperCase()}, self-test passed`,
    ),
  });
});

function tensorflowOf(stdout: string): unknown {
  const { checks } = JSON.parse(stdout) as { readonly checks: readonly { readonly name: string }[] };
  return checks.find(({ name }) => name === "tensorflow");
}
