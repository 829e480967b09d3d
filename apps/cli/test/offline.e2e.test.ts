import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { cli, onItsOwn } from "./cli.ts";
import { recordedNetwork } from "./recorded-network.ts";
import { ticketsCsv } from "./tickets.ts";
import { writeTinyModel } from "./tiny-model.ts";

let reason = "";
const network = await recordedNetwork().catch(({ message }: Error) => {
  reason = ` (skipped: needs unshare, nsenter and ip, and network namespaces: ${message})`;
});
afterAll(() => network?.close());

const short = "--epochs 1 --max-length 24 --threads 1";
const texts = "--data tickets.csv --text-column text --label-column queue";
const commands = [
  `sweep --model tiny ${texts} ${short} --ranks 1,2 --seeds 1 --train-examples 12 --validation-examples 9 --jobs 1 --out out`,
  `train --model tiny ${texts} ${short} --rank 2 --out adapter`,
  `eval tiny --adapter adapter ${texts} --max-length 24`,
  "quantize tiny --out nf4",
  "doctor",
];

/** The loader's folder, and that of the tokens with those above it. */
const ours = /^(tsx-\d+.*|\.cache(\/lorank(\/tokens(\/.*)?)?)?)$/;

/** Where nothing is set that we have set: neither CI, which keeps onnxruntime silent, nor folders other than these. */
function emptyMachine() {
  const folder = temporaryFolder();
  const places = { HOME: join(folder, "home"), TMPDIR: join(folder, "tmp") };
  for (const place of Object.values(places)) mkdirSync(place);
  const project = join(folder, "project");
  writeTinyModel(join(project, "tiny"));
  writeFileSync(join(project, "tickets.csv"), ticketsCsv(30));
  const unset = Object.fromEntries(Object.keys(process.env).map((name) => [name, undefined]));
  const env = { ...unset, ...onItsOwn, LORANK_TOKEN_CACHE: undefined, PATH: process.env.PATH, ...places };
  return {
    project,
    run: (line: string, more: Readonly<Record<string, string>> = {}) =>
      cli(line.split(" "), { env: { ...env, ...more }, within: network!.enter(project) }),
    /** What is in the home folder and among the temporary files, but for the tokens and what TypeScript's loader keeps. */
    files: () =>
      Object.values(places).flatMap((place) =>
        readdirSync(place, { recursive: true, encoding: "utf8" }).filter((name) => !ours.test(name)),
      ),
  };
}

function runScript(script: string): void {
  const [program, ...args] = [...network!.enter("/"), process.execPath, "-e", script];
  execFileSync(program!, args, { stdio: "ignore" });
}

describe.skipIf(!network)(`on an empty machine${reason}`, () => {
  test("no command sends a packet, looks up a name or leaves a file elsewhere than it was told", async () => {
    const { project, run, files } = emptyMachine();
    for (const line of commands) {
      const { code, stderr } = await run(line);
      expect({ line, code, stderr }).toMatchObject({ line, code: 0 });
      const seen = { lookups: network!.lookups, packets: network!.packetsSent(), files: files() };
      expect({ line, ...seen }).toEqual({ line, lookups: [], packets: 0, files: [] });
    }
    expect(readdirSync(project).toSorted()).toEqual(["adapter", "nf4", "out", "tickets.csv", "tiny"]);
  });

  test("a connection, a look-up and the files of telemetry would have been seen", async () => {
    const before = network!.packetsSent();
    runScript('require("node:net").connect(443, "192.0.2.1").on("error", () => {})');
    const connected = network!.packetsSent();
    expect(connected).toBeGreaterThan(before);
    runScript('require("node:dns").lookup("a.example", () => {})');
    expect(network!.packetsSent()).toBeGreaterThan(connected);
    await expect.poll(() => network!.lookups).toContain("a.example");
    const { run, files } = emptyMachine();
    await run("doctor", { ORT_DISABLE_TELEMETRY: "0" });
    expect(files()).toContainEqual(expect.stringMatching(/deviceid$/));
  });
});
