/**
 * What `./check.sh` of the archive runs: sets CUDA up where its provider is there, then the doctor, parity, step times, a
 * sweep, and the machine's own PyTorch. Every part has its time limit and none stops the
 * others; all of it ends within ten minutes. Writes gpu-check.json and gpu-check.md beside check.sh.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { models } from "../../packages/train/bench/models.ts";
import { type Ended, runChild, said } from "./child.ts";
import { machineFacts, nvidiaLibraries, pythonPrefixes, pythonWithPeft } from "./machine.ts";
import { page, type Row } from "./page.ts";

const { values } = parseArgs({
  options: { python: { type: "string" }, minutes: { type: "string", default: "10" } },
});
const home = resolve(import.meta.dirname, "../..");
const start = performance.now();
const minutes = Number(values.minutes);
if (!(minutes > 0)) throw new Error(`--minutes must be above 0, got ${values.minutes}`);
const secondsLeft = (): number => minutes * 60 - 5 - (performance.now() - start) / 1000;
const work = join(home, "work");
rmSync(work, { recursive: true, force: true });
mkdirSync(work, { recursive: true });
const env: NodeJS.ProcessEnv = {
  ...process.env,
  XDG_CACHE_HOME: join(work, "cache"),
  TMPDIR: work,
  // Where NVIDIA's drivers keep what they have compiled.
  CUDA_CACHE_PATH: work,
  __GL_SHADER_DISK_CACHE_PATH: work,
  NO_COLOR: "1",
};
const programs = join(home, "app/programs");
const startedAt = new Date().toISOString();
const sections: Record<string, Row[]> = {};

/** Runs one part, says so, and writes the report anew: what was found before a machine hangs is there. */
async function part(
  heading: string,
  name: string,
  limitSeconds: number,
  args: readonly string[],
  valuesOf: (ended: Ended) => Row["values"],
  program = process.execPath,
  more: NodeJS.ProcessEnv = {},
): Promise<Row> {
  const limit = Math.min(limitSeconds, secondsLeft());
  process.stdout.write(`${heading}: ${name} … `);
  const row =
    limit < 3
      ? { name, ok: false, seconds: 0, reason: `not run: ${minutes} minutes are over` }
      : rowOf(
          name,
          await runChild(program, args, { limitSeconds: limit, env: { ...env, ...more } }),
          valuesOf,
        );
  console.log(row.ok ? `${row.seconds.toFixed(0)} s` : row.reason);
  sections[heading] = [...(sections[heading] ?? []), row];
  write();
  return row;
}

function rowOf(name: string, ended: Ended, valuesOf: (ended: Ended) => Row["values"]): Row {
  const { ok, reason, seconds } = ended;
  try {
    const found = valuesOf(ended);
    // A program that reports in JSON says it better than its last line.
    const said = ok || found?.detail === undefined ? reason : String(found.detail);
    return { name, ok, seconds, reason: said, ...(found === undefined ? {} : { values: found }) };
  } catch (error) {
    return { name, ok: false, seconds, reason: reason ?? (error as Error).message };
  }
}

function write(): void {
  const commit = readFileSync(join(home, "commit"), "utf8").trim();
  const report = { commit, startedAt, seconds: (performance.now() - start) / 1000, machine, sections };
  writeFileSync(join(home, "gpu-check.json"), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(join(home, "gpu-check.md"), page(report));
}

const machine = machineFacts();
const prefixes = pythonPrefixes(values.python, env);
const lorank = join(home, "app/node_modules/lorank/dist/main.js");

await setUpCuda();
interface Device {
  readonly device: string;
  readonly passed: boolean;
  readonly softwareDriver?: string;
  readonly halves: readonly { readonly compute: string; readonly passed: boolean }[];
}
/** Where the doctor says nothing, as it may on a machine with a driver that hangs, each is tried all the same. */
let gpus: readonly Device[] = ["cuda", "webgpu"].map((device) => ({ device, passed: true, halves: [] }));
await part(
  "Doctor",
  "lorank doctor --thorough",
  150,
  [lorank, "doctor", "--thorough", "--json"],
  ({ stdout }) => {
    const { devices, auto } = JSON.parse(stdout) as {
      devices: readonly (Device & { detail: string })[];
      auto: string;
    };
    gpus = devices.filter(({ passed }) => passed);
    return { ...Object.fromEntries(devices.map(({ device, detail }) => [device, detail])), auto };
  },
);

for (const name of [...gpus.map((gpu) => gpu.device), "cpu"]) await parity(name);
const device = gpus.find(({ softwareDriver }) => softwareDriver === undefined)?.device ?? "cpu";
await sweep(device, "four ranks, one seed");
const python = pythonWithPeft(prefixes);
for (const name of ["minilm-size", "smollm2-size", "llama-1b-size"] as const) await torchStep(name);
for (const gpu of gpus) await stepTimes(gpu);
await stepTimes({ device: "cpu", passed: true, halves: [] }, 2);
await parity("wasm");
await stepTimes({ device: "wasm", passed: true, halves: [] }, 1);
rmSync(work, { recursive: true, force: true });
console.log(`\n${join(home, "gpu-check.md")}\n${join(home, "gpu-check.json")}`);

async function setUpCuda(): Promise<void> {
  const own = join(home, "cuda");
  const directory = existsSync(own) ? own : values.python;
  if (directory === undefined) return;
  const libraries = [...nvidiaLibraries(prefixes), ...(env.LD_LIBRARY_PATH ? [env.LD_LIBRARY_PATH] : [])];
  const path = libraries.join(":");
  await part(
    "CUDA",
    "lorank doctor --setup-cuda",
    120,
    [lorank, "doctor", "--setup-cuda", directory, "--json"],
    ({ stdout }) => {
      if (stdout === "") return undefined;
      const { cuda, driver, detail } = JSON.parse(stdout) as Readonly<Record<string, string>>;
      return { cuda, driver, detail };
    },
    process.execPath,
    path === "" ? {} : { LD_LIBRARY_PATH: path },
  );
}

async function parity(device: string): Promise<void> {
  const args = [join(programs, "parity.mjs"), device, join(home, "app/fixtures")];
  const columns = ["logits", "loss", "gradients", "adamw"];
  await part("Parity with transformers + PEFT, largest differences", device, 90, args, ({ stdout, ok }) => {
    const lines = stdout.trim().split("\n").filter(Boolean);
    const rows = lines.map((line) => JSON.parse(line) as Readonly<Record<string, number>>);
    if (rows.length === 0) return undefined;
    const found = Object.fromEntries(
      columns.map((column) => [column, Math.max(...rows.map((row) => row[column] ?? Number.NaN))]),
    );
    if (ok && !Object.values(found).every((difference) => difference < 1e-4))
      throw new Error(`above 1e-4: ${JSON.stringify(found)}`);
    return { fixtures: rows.length, ...found };
  });
}

/** Small models first: where one takes too long, larger ones are left out. */
async function stepTimes({ device, halves }: Device, count = 4): Promise<void> {
  const formats = [
    ["float32", "float32"],
    ...halves.filter(({ passed }) => passed).map(({ compute }) => [compute, "float32"]),
    ["float32", "nf4"],
  ] as const;
  for (const [compute, base] of formats) {
    for (const name of ["starter", "minilm-size", "smollm2-size", "llama-1b-size"].slice(0, count)) {
      const flags = [
        "--case",
        name,
        "--runtime",
        device,
        "--compute",
        compute!,
        "--base",
        base!,
        "--steps",
        "5",
      ];
      const row = await part(
        "Step times",
        `${device}, ${name}, ${compute}${base === "nf4" ? " on NF4" : ""}`,
        45,
        [join(programs, "step.mjs"), ...flags, "--json"],
        ({ stdout, gpuMebibytes, ok }) => {
          if (!ok) return undefined;
          const { milliseconds, gflops, plainGflops, peakMebibytes } = JSON.parse(stdout) as Readonly<
            Record<string, number>
          >;
          return {
            "ms a step": milliseconds,
            "GFLOP/s": gflops,
            "a plain product's": plainGflops,
            "host MiB": peakMebibytes,
            "GPU MiB": gpuMebibytes,
          };
        },
      );
      if (!row.ok) break;
    }
  }
}

async function sweep(device: string, name: string): Promise<void> {
  const out = join(work, "sweep");
  const sizes =
    "--ranks 4,8,16,32 --seeds 1 --train-examples 64 --validation-examples 64 --test-examples 0 --epochs 1";
  const args = ["sweep", "--device", device, ...sizes.split(" "), "--out", out];
  await part(`A small sweep on ${device}`, name, 90, [lorank, ...args], ({ ok, gpuMebibytes }) => {
    if (!ok) return undefined;
    const { trials } = JSON.parse(readFileSync(join(out, "results.json"), "utf8")) as {
      trials: readonly { measured: Readonly<Record<string, number>> }[];
    };
    const most = (field: string): number | undefined => {
      const mebibytes = trials.map(({ measured }) => (measured[field] ?? Number.NaN) / 2 ** 20);
      return mebibytes.every(Number.isFinite) ? Math.max(...mebibytes) : undefined;
    };
    return {
      trials: trials.length,
      "host MiB": most("peakResidentBytes"),
      "predicted for the CPU": most("predictedResidentBytes"),
      "GPU MiB": gpuMebibytes,
    };
  });
}

async function torchStep(name: "minilm-size" | "smollm2-size" | "llama-1b-size"): Promise<void> {
  const heading = "PyTorch + PEFT of this machine, float32";
  if (python === undefined) {
    sections[heading] = [
      { name: "PyTorch", ok: false, seconds: 0, reason: "no Python with torch, transformers and peft here" },
    ];
    return write();
  }
  const folder = join(work, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "config.json"), JSON.stringify(models[name]));
  const batch = name === "llama-1b-size" ? 1 : 4;
  const predicted = said(process.execPath, [
    lorank,
    ..."memory --base fp32 --ranks 8 --labels 2 --seq 128 --json --micro-batch".split(" "),
    String(batch),
    folder,
  ]);
  const job = JSON.stringify({
    config: models[name],
    batch,
    seq: 128,
    rank: 8,
    compute: "float32",
    steps: 5,
  });
  await part(
    heading,
    name,
    60,
    [join(programs, "torch_step.py"), job],
    ({ stdout, ok }) => {
      if (!ok) return undefined;
      const { milliseconds, device, peakMebibytes, versions } = JSON.parse(stdout) as Readonly<
        Record<string, number>
      >;
      return {
        "ms a step": milliseconds,
        device,
        MiB: peakMebibytes,
        "MiB that lorank memory predicts": mebibytesOf(predicted),
        versions,
      };
    },
    python,
  );
}

/** The estimate of the one rank that was asked for. */
function mebibytesOf(json: string | undefined): number | undefined {
  if (json === undefined) return undefined;
  const { results } = JSON.parse(json) as { results: readonly { allocatedBytes: number }[] };
  const bytes = results[0]?.allocatedBytes;
  return bytes === undefined ? undefined : bytes / 2 ** 20;
}
