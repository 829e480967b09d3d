import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Results } from "@lorank/evidence/results";
import { describe, expect, test } from "vitest";
import { isNightly, onlyNightly } from "../../../scripts/nightly.ts";
import {
  halfDriver,
  reasonToSkip,
  reasonToSkipHalf,
  softwareDriver,
} from "../../../scripts/software-driver.ts";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import manifest from "../package.json" with { type: "json" };
import { cli } from "./cli.ts";
import { writeTinyModel } from "./tiny-model.ts";

const folder = temporaryFolder();
writeTinyModel(join(folder, "tiny"));
const inFolder = { cwd: folder };
const rows = Array.from({ length: 20 }, (_, i) => `text ${i},${i % 2 ? "a" : "b"}`).join("\n");
writeFileSync(join(folder, "labels.csv"), `text,label\n${rows}\n`);
const small = "--model tiny --data labels.csv --epochs 1 --max-length 16".split(" ");
const foreign = process.platform === "darwin" ? "dml" : "coreml";

/** Preloaded: no native build of ONNX Runtime is installed. */
const withoutNative = [join(import.meta.dirname, "../../../packages/graph/test/without-native-build.mjs")];
const name = `@lorank/onnxruntime-${process.platform}-${process.arch}`;
const wasm =
  "ONNX Runtime 1.30.0 as WebAssembly, which takes about four times as long: " +
  `${name} is not installed; npm install ${name} adds the native build`;

test("--version says in one line what runs", async () => {
  const before = `lorank ${manifest.version}, Node ${process.version.slice(1)}, ${process.platform} ${process.arch}`;
  for (const word of ["--version", "version"])
    expect((await cli([word])).stdout).toBe(`${before}, ONNX Runtime 1.30.0, native\n`);
  expect((await cli(["-v"], { imports: withoutNative })).stdout).toBe(`${before}, ${wasm}\n`);
});

test("without a native build a sweep trains through WebAssembly, and says so before and after", async () => {
  const args = ["sweep", ...small, "--ranks", "2,4", "--seeds", "1", "--out", "wasm"];
  const { code, stdout } = await cli(args, { ...inFolder, imports: withoutNative });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^device {4}wasm: /m);
  expect(stdout.replaceAll(/\s+/g, " ")).toContain(wasm);
  const { trials } = JSON.parse(readFileSync(join(folder, "wasm/results.json"), "utf8")) as Results;
  expect(trials.map(({ measured }) => measured.provenance.device)).toEqual(
    Array(2).fill(expect.stringMatching(/^wasm: /)),
  );
});

describe("--device", () => {
  test("one that does not work here ends the command before anything is written", async () => {
    const run = await cli(["train", ...small, "--device", foreign, "--out", "none"], inFolder);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain(
      `error: --device must be one that works here, got ${foreign}: provider must be one that ONNX Runtime has`,
    );
    expect(existsSync(join(folder, "none"))).toBe(false);
  });

  test("one that does not compute as asked ends it too, and nothing is computed in float32 instead", async () => {
    const run = await cli(
      ["train", ...small, "--device", "cpu", "--compute", "float16", "-o", "none"],
      inFolder,
    );
    expect(run.code).toBe(2);
    expect(run.stderr).toContain("error: --compute must be float32 on cpu, got float16");
    expect(existsSync(join(folder, "none"))).toBe(false);
  });

  test("is a key of the file, is said, and is recorded with every trial; a resume elsewhere is said too", async () => {
    writeFileSync(join(folder, "sweep.yaml"), "device: cpu\nranks: [1]\nseeds: 1\nout: out\n");
    const first = await cli(["sweep", "sweep.yaml", ...small], inFolder);
    expect(first.stdout).toMatch(/^device +cpu: as asked; ONNX Runtime [\d.]+, native$/m);
    const results = join(folder, "out", "results.json");
    const read = () => JSON.parse(readFileSync(results, "utf8"));
    expect(read().trials[0].measured.provenance.device).toMatch(/^cpu: /);

    // As if the trial had been run on another device.
    const file = join(folder, "out", "results", `${read().trials[0].trialId}.json`);
    const there = readFileSync(file, "utf8").replace(/"device":"cpu: /, '"device":"webgpu, beside ');
    rmSync(file);
    writeFileSync(file, there);
    const more = await cli(["sweep", "sweep.yaml", ...small, "--seeds", "2", "--extend", "--json"], inFolder);
    expect(more.stderr).toContain(
      "Done before on webgpu: 1 trial. The others run on cpu: the same numbers up to float32 rounding, not the same bytes.",
    );
    expect(JSON.parse(more.stdout)).toMatchObject({ trials: 2, finishedNow: 1 });
  });
});

describe.skipIf(softwareDriver === undefined)(`--device webgpu without a GPU${reasonToSkip}`, () => {
  test.runIf(isNightly)(`eval gives the CPU's loss${onlyNightly}`, async () => {
    writeFileSync(join(folder, "texts.csv"), "prompt,response\nhello there,general greeting\nwhat,that\n");
    const evaluate = ["eval", "tiny", "--data", "texts.csv", "--json", "--device"];
    const [cpu, gpu] = await Promise.all([
      cli([...evaluate, "cpu"], inFolder),
      cli([...evaluate, "webgpu"], { cwd: folder, env: softwareDriver! }),
    ]);
    expect(gpu.stderr).toContain("On webgpu: self-test passed");
    expect(JSON.parse(gpu.stdout).loss).toBeCloseTo(JSON.parse(cpu.stdout).loss, 5);
  });

  test("is refused for products that its driver lacks", async () => {
    const asked = ["train", ...small, "--device", "webgpu", "--compute", "float16", "-o", "none"];
    const run = await cli(asked, { cwd: folder, env: softwareDriver! });
    expect(run.code).toBe(2);
    expect(run.stderr).toContain(
      "error: --device must be one that computes in float16 here, got webgpu: has no float16 here",
    );
  });
});

describe.skipIf(halfDriver === undefined)(
  `--compute float16 on webgpu without a GPU${reasonToSkipHalf}`,
  () => {
    test("trains and evaluates, and says so", async () => {
      const where = ["--device", "webgpu", "--compute", "float16"];
      const run = await cli(["train", ...small, ...where, "-o", "half", "--rank", "2"], {
        cwd: folder,
        env: halfDriver!,
      });
      expect(run.stdout, run.stderr).toContain("products in float16");
      expect(run.code).toBe(0);
      const evaluated = await cli(["eval", "tiny", "--adapter", "half", "--data", "labels.csv", ...where], {
        cwd: folder,
        env: halfDriver!,
      });
      expect(evaluated.stderr).toContain("On webgpu: self-test passed: a LoRA step with float16 products");
      expect(evaluated.code).toBe(0);
    });
  },
);
