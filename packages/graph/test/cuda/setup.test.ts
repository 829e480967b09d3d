import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { type CudaSetup, cudaFiles, onnxLibrary } from "../../src/devices.ts";

const folder = realpathSync(temporaryFolder());

let count = 0;
/** A cache with this in the file of the set-up. */
function remembering(content: string): { XDG_CACHE_HOME: string } {
  const environment = { XDG_CACHE_HOME: join(folder, `cache-${count++}`) };
  const { remembered } = cudaFiles(environment);
  mkdirSync(dirname(remembered), { recursive: true });
  writeFileSync(remembered, content);
  return environment;
}

test("what was set up is read back, and a file that does not say is as none", () => {
  const setup: CudaSetup = { version: "1.30.0", folder: "/a", libraries: ["/b.so"] };
  expect(cudaFiles(remembering(JSON.stringify(setup))).setup()).toEqual(setup);
  expect(cudaFiles({ XDG_CACHE_HOME: join(folder, "none") }).setup()).toBeUndefined();
  const broken = ["", "null", "{", "[]", '{"version":"1.30.0","folder":"/a"}'];
  broken.push('{"version":1,"folder":"/a","libraries":[]}', '{"version":"1","folder":"/a","libraries":[2]}');
  for (const content of broken) expect(cudaFiles(remembering(content)).setup()).toBeUndefined();
});

const here = `${process.platform}-${process.arch}`;
describe.skipIf(here !== "linux-x64")("a process after the set-up (linux-x64 only)", () => {
  const kept = join(folder, "kept");
  let ours: { version: string; path: string };
  beforeAll(async () => {
    ours = await onnxLibrary();
    mkdirSync(kept);
    copyFileSync(ours.path, join(kept, "libonnxruntime.so.1"));
  });
  /** What loads-from.ts prints. */
  const loadsFrom = (setup: Partial<CudaSetup>) => {
    const whole = { version: ours.version, folder: kept, libraries: [], ...setup };
    const env = { ...process.env, ...remembering(JSON.stringify(whole)) };
    const script = fileURLToPath(new URL("./loads-from.ts", import.meta.url));
    const flags = ["--conditions=@lorank/source", "--import", "tsx", script];
    return JSON.parse(execFileSync(process.execPath, flags, { env, encoding: "utf8" })) as object;
  };

  test("has loaded the copy that the provider lies beside, and CUDA's own libraries before the driver", () => {
    const libraries = [join(kept, "libcudart.so.13")];
    expect(loadsFrom({ libraries })).toEqual({
      path: join(kept, "libonnxruntime.so.1"),
      y: 9,
      cuda: expect.stringMatching(
        /^cuda could not load libcudart\.so\.13: .+No such file.+--setup-cuda DIR$/,
      ),
    });
  });

  test.each<[string, Partial<CudaSetup>]>([
    ["another version", { version: "1.29.0" }],
    ["a folder that is gone", { folder: "/nonexistent" }],
  ])("is as before after a set-up of %s", (_, setup) => {
    expect(loadsFrom({ ...setup, libraries: ["/nonexistent.so"] })).toEqual({
      path: ours.path,
      y: 9,
      cuda: "opened",
    });
  });
});
