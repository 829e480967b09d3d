import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { type CudaSetup, cudaFiles, onnxLibrary } from "@lorank/graph/devices";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { cli } from "./cli.ts";
import { pythonEnvironment } from "./cuda/environment.ts";

const here = `${process.platform}-${process.arch}`;

describe.skipIf(here !== "linux-x64")("doctor --setup-cuda (linux-x64 only)", () => {
  const folder = realpathSync(temporaryFolder());
  const environment = { XDG_CACHE_HOME: join(folder, "cache"), LD_LIBRARY_PATH: undefined };
  const { folder: cache, remembered } = cudaFiles(environment);
  const setUp = (directory: string) => cli(["doctor", "--setup-cuda", directory], { env: environment });

  test("refuses a provider of another version and keeps nothing", async () => {
    const run = await setUp(pythonEnvironment(join(folder, "old"), { version: "1.29.1" }));
    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toContain(
      "--setup-cuda must name a provider of ONNX Runtime 1.30.0, got 1.29.1 in " +
        `${folder}/old/lib/python3.12/site-packages/onnxruntime/capi\npip install --no-deps onnxruntime-gpu==1.30.0`,
    );
    expect(existsSync(cache)).toBe(false);
  });

  test("names missing libraries of CUDA with pip's command and keeps nothing", async () => {
    const run = await setUp(pythonEnvironment(join(folder, "half"), { libraries: ["libcudart.so.13"] }));
    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toContain(
      "got none of the name libcublasLt.so.13, libcublas.so.13, libcurand.so.10 in",
    );
    expect(run.stderr).toContain("pip install 'nvidia-cublas==13.*' 'nvidia-curand==10.*'");
    expect(existsSync(cache)).toBe(false);
  });

  test("keeps links, remembers the libraries, and says how far the trial came", async () => {
    const run = await setUp(pythonEnvironment(join(folder, "whole")));
    expect(run.code).toBe(1);
    // The libraries have no code, so the trial in a child ends at the first, before the driver.
    expect(run.stdout).toMatch(/^Self-test {3}cuda could not load libcublasLt\.so\.13: .+$/m);
    const { version, folder: kept, libraries } = JSON.parse(readFileSync(remembered, "utf8")) as CudaSetup;
    expect(version).toBe("1.30.0");
    expect(libraries).toHaveLength(4);
    expect(readdirSync(kept)).toEqual([
      "libonnxruntime.so.1",
      "libonnxruntime_providers_cuda.so",
      "libonnxruntime_providers_shared.so",
    ]);
    expect(statSync(join(kept, "libonnxruntime.so.1")).size).toBe(statSync((await onnxLibrary()).path).size);
    expect(readdirSync(cache).toSorted()).toEqual([kept.slice(cache.length + 1), "setup.json"]);
  });
});
