import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { checkTensorflowAddon, findTensorflow, tensorflowFiles } from "../../src/devices.ts";
import { variables, withVariables } from "../../src/tensorflow/check-addon.ts";

const folder = realpathSync(temporaryFolder());

function write(path: string, text = ""): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** A folder with the two libraries' names in it. */
function libraries(name: string): string {
  for (const file of ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"])
    write(join(folder, name, file));
  return join(folder, name);
}

const environment = (name: string) => ({ HOME: join(folder, name), XDG_CACHE_HOME: undefined });

describe("findTensorflow", () => {
  const [one, two] = [libraries("one"), libraries("two")];

  test("says how to set TensorFlow up where nothing is known", () => {
    expect(findTensorflow(undefined, environment("bare"))).toEqual({
      found: false,
      reason: "TensorFlow is not set up",
      fix: "pip install tensorflow-cpu (or 'tensorflow[and-cuda]'), then lorank doctor --setup-tensorflow DIR",
    });
  });

  test("takes the directory of the caller before LORANK_TENSORFLOW, and that before the remembered one", () => {
    const home = environment("home");
    const files = tensorflowFiles(home);
    for (const directory of [one, two]) write(files.addonFor(directory));
    write(files.remembered, `${one}\n`);
    const found = (directory: string) => ({ found: true, directory, addon: files.addonFor(directory) });
    expect(findTensorflow(undefined, home)).toEqual(found(one));
    expect(findTensorflow(undefined, { ...home, LORANK_TENSORFLOW: two })).toEqual(found(two));
    expect(findTensorflow(one, { ...home, LORANK_TENSORFLOW: two })).toEqual(found(one));
    expect(files.addonFor(one)).not.toBe(files.addonFor(two));
  });

  test("does not pass over a directory that was given and does not do", () => {
    const home = environment("home");
    expect(findTensorflow(undefined, { ...home, LORANK_TENSORFLOW: folder })).toMatchObject({
      found: false,
      reason: `LORANK_TENSORFLOW must hold TensorFlow's libraries, got ${folder}, without libtensorflow_cc.so.2 and libtensorflow_framework.so.2`,
    });
    expect(findTensorflow(one, environment("bare"))).toEqual({
      found: false,
      reason: `directory must be set up once, got ${one} without its add-on`,
      fix: `lorank doctor --setup-tensorflow ${one}`,
    });
  });

  test("keeps its files under XDG_CACHE_HOME where that is set", () => {
    expect(tensorflowFiles({ HOME: "/home/a", XDG_CACHE_HOME: "/cache" }).remembered).toBe(
      "/cache/lorank/tensorflow/directory",
    );
    expect(tensorflowFiles({ HOME: "/home/a" }).remembered).toBe(
      "/home/a/.cache/lorank/tensorflow/directory",
    );
  });
});

test("an add-on that does not load is an error with what the loader said, and no crash", async () => {
  const addon = join(folder, "broken.node");
  write(addon, "not a library");
  await expect(checkTensorflowAddon(addon, { device: "cpu", threads: 1 })).rejects.toThrow(
    expect.objectContaining({
      code: "E_TENSORFLOW",
      message: expect.stringMatching(
        /^TensorFlow must load, got Error: .*broken\.node: .+ \(.*broken\.node\)$/,
      ),
    }),
  );
});

describe("the environment in which TensorFlow is loaded", () => {
  test("hides every GPU from a CPU run, and all but the first from a GPU run", () => {
    const gpu = (user: Record<string, string>) =>
      variables({ device: "gpu", threads: 2 }, user).CUDA_VISIBLE_DEVICES;
    expect(variables({ device: "cpu", threads: 2 }, { CUDA_VISIBLE_DEVICES: "3" })).toMatchObject({
      CUDA_VISIBLE_DEVICES: "-1",
      TF_NUM_INTRAOP_THREADS: "2",
    });
    expect([gpu({}), gpu({ CUDA_VISIBLE_DEVICES: "3,1" })]).toEqual(["0", "3"]);
  });

  test("is put back afterwards, also when loading fails", () => {
    process.env.LORANK_TEST_A = "before";
    const values = { LORANK_TEST_A: "during", LORANK_TEST_B: "during" };
    const fail = (): never => {
      throw new Error(`${process.env.LORANK_TEST_A} ${process.env.LORANK_TEST_B}`);
    };
    expect(() => withVariables(values, fail)).toThrow("during during");
    expect([process.env.LORANK_TEST_A, process.env.LORANK_TEST_B]).toEqual(["before", undefined]);
    delete process.env.LORANK_TEST_A;
  });
});
