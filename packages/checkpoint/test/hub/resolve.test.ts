import { readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { modelAt } from "../../src/files/model-folder.ts";
import { resolveAdapter, resolveModel } from "../../src/hub.ts";
import { modelConfig, modelWeights } from "../../src/model/model.ts";
import { encodeSafetensors } from "../../src/safetensors/encode.ts";
import { caughtLater } from "../helpers/caught.ts";
import { type FakeHub, gitSha1, refuse, sha256, startFakeHub } from "../helpers/fake-hub.ts";

const tensors = (name: string, values: number[]) =>
  encodeSafetensors(new Map([[name, { shape: [values.length], data: Float32Array.from(values) }]]));
const config = '{"model_type":"tiny"}\n';
const weights = tensors("w", [1, 2, 3]);
const tiny = { "config.json": config, "model.safetensors": weights, "tokenizer.json": "{}" };

async function setUp(): Promise<{ hub: FakeHub; cache: string; environment: Record<string, string> }> {
  const hub = await startFakeHub();
  const home = temporaryFolder();
  return { hub, cache: join(home, "hub"), environment: { HF_ENDPOINT: hub.endpoint, HF_HOME: home } };
}

describe("resolveModel", () => {
  test("returns a folder with a config.json and a .gguf file as they are", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "config.json"), config);
    writeFileSync(join(folder, "tiny.gguf"), "GGUF");
    expect(await resolveModel(folder)).toBe(folder);
    expect(await resolveModel(join(folder, "tiny.gguf"))).toBe(join(folder, "tiny.gguf"));
  });

  test.each([
    [
      "llama",
      'model must be a folder, a .gguf file or a hub id (org/name, org/name@revision, org/name:file.gguf), got "llama"',
    ],
    ["nope.gguf", /got "nope\.gguf": there is no such file or folder$/],
    ["runs/adapters/r99", /got "runs\/adapters\/r99": there is no such file or folder$/],
    ["org/na--me", /^model must be a folder, .*got "org\/na--me"$/],
    ["org/name:model.bin", /^model must be a folder, .*got "org\/name:model.bin"$/],
    ["org/name@../../x", /^model must be a folder/],
  ])("rejects %s without asking anybody", async (name, message) => {
    const error = await caughtLater(
      resolveModel(name, { environment: { HF_ENDPOINT: "http://127.0.0.1:9" } }),
    );
    expect(error.code).toBe("E_MODEL");
    expect(error.message).toMatch(message);
  });

  test("rejects a name that no file can have, and quotes its beginning", async () => {
    const error = await caughtLater(resolveModel(`org/${"a".repeat(5000)}`));
    expect(error.code).toBe("E_MODEL");
    expect(error.message).toContain(`got "org/${"a".repeat(116)}…"`);
  });

  test("rejects a folder without a config.json and names what must be there", async () => {
    const folder = temporaryFolder();
    const error = await caughtLater(resolveModel(folder));
    expect(error.message).toBe(`model must be a folder with a config.json or a .gguf file, got "${folder}"`);
  });

  // The Python tools (huggingface_hub 2.4) were run by hand on a cache written so, with scripts/reference/hub_cache.py:
  // snapshot_download(local_files_only=True) returned the snapshot folder, try_to_load_from_cache each file, its
  // _CACHED_NO_EXIST for chat_template.jinja, and scan_cache_dir() one repository with its ref and no warning. The other
  // way round, a cache that snapshot_download had filled from the same local hub was found whole here, offline, and one
  // that hf_hub_download had begun was completed with the two files that it lacked.
  test("fetches the needed files only, into the layout of the Python tools", async () => {
    const { hub, cache, environment } = await setUp();
    const commit = hub.publish("org/tiny", { ...tiny, "README.md": "# no", "pytorch_model.bin": "pickle" });
    const folder = await resolveModel("org/tiny", { environment });

    const repo = join(cache, "models--org--tiny");
    expect(folder).toBe(join(repo, "snapshots", commit));
    expect(readdirSync(folder).toSorted()).toEqual(["config.json", "model.safetensors", "tokenizer.json"]);
    expect(readlinkSync(join(folder, "config.json"))).toBe(
      join("..", "..", "blobs", gitSha1(Buffer.from(config))),
    );
    expect(readlinkSync(join(folder, "model.safetensors"))).toBe(join("..", "..", "blobs", sha256(weights)));
    expect(readFileSync(join(repo, "refs", "main"), "utf8")).toBe(commit);
    expect(readdirSync(join(repo, "blobs"))).toHaveLength(3);
    expect(readdirSync(join(repo, ".no_exist", commit)).toSorted()).toEqual([
      "chat_template.jinja",
      "generation_config.json",
      "special_tokens_map.json",
      "tokenizer_config.json",
    ]);
    expect(modelConfig(modelAt(folder)).config).toEqual({ model_type: "tiny" });
    expect([...modelWeights(modelAt(folder)).readFloat32("w")]).toEqual([1, 2, 3]);
    expect(hub.paths().some((path) => /README|pytorch/.test(path))).toBe(false);
  });

  test("costs one request when the revision is cached whole, and none for a full commit hash", async () => {
    const { hub, environment } = await setUp();
    const commit = hub.publish("org/tiny", tiny);
    const folder = await resolveModel("org/tiny", { environment });
    hub.requests.length = 0;
    expect(await resolveModel("org/tiny", { environment })).toBe(folder);
    expect(hub.paths()).toEqual(["/api/models/org/tiny/revision/main"]);
    hub.requests.length = 0;
    expect(await resolveModel(`org/tiny@${commit}`, { environment })).toBe(folder);
    expect(hub.paths()).toEqual([]);
  });

  test("fetches of a new commit what has changed, and keeps the old one", async () => {
    const { hub, environment, cache } = await setUp();
    const first = hub.publish("org/tiny", tiny);
    await resolveModel("org/tiny", { environment });
    const second = hub.publish("org/tiny", { ...tiny, "config.json": '{"model_type":"new"}' });
    hub.requests.length = 0;
    const folder = await resolveModel("org/tiny", { environment });
    expect(hub.paths("storage")).toEqual([]);
    expect(hub.paths("hub")).toEqual([
      "/api/models/org/tiny/revision/main",
      `/org/tiny/resolve/${second}/config.json`,
    ]);
    expect(modelConfig(modelAt(folder)).config).toEqual({ model_type: "new" });
    const old = join(cache, "models--org--tiny", "snapshots", first);
    expect(modelConfig(modelAt(old)).config).toEqual({ model_type: "tiny" });
  });

  test("fetches the shards that the index names, once each", async () => {
    const { hub, environment } = await setUp();
    const [one, two] = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
    hub.publish("org/big", {
      "config.json": config,
      "model.safetensors.index.json": JSON.stringify({ weight_map: { a: one, b: two, c: two } }),
      [one]: tensors("a", [1]),
      [two]: encodeSafetensors(
        new Map(["b", "c"].map((name) => [name, { shape: [1], data: Float32Array.of(2) }])),
      ),
      "model-00003-of-00002.safetensors": "not in the index",
    });
    const folder = await resolveModel("org/big", { environment });
    expect(hub.paths("storage")).toHaveLength(2);
    expect([...modelWeights(modelAt(folder)).readFloat32("c")]).toEqual([2]);
  });

  test("does not take a snapshot with a missing shard for whole, offline or not", async () => {
    const { hub, environment } = await setUp();
    const shard = "model-00001-of-00001.safetensors";
    const commit = hub.publish("org/big", {
      ...{ "config.json": config, [shard]: weights },
      "model.safetensors.index.json": JSON.stringify({ weight_map: { w: shard } }),
    });
    hub.intercept = ({ server }, response) => {
      if (server === "storage") refuse(response, 403);
      return server === "storage";
    };
    const options = { environment, retryDelay: 1 };
    expect((await caughtLater(resolveModel("org/big", options))).code).toBe("E_HUB");
    const offline = { ...environment, HF_HUB_OFFLINE: "1" };
    const error = await caughtLater(resolveModel(`org/big@${commit}`, { environment: offline }));
    expect(error.code).toBe("E_OFFLINE");
    expect(error.message).toContain(`got all but ${shard} in `);
    hub.intercept = () => false;
    const folder = await resolveModel(`org/big@${commit}`, options);
    expect([...modelWeights(modelAt(folder)).readFloat32("w")]).toEqual([1, 2, 3]);
  });

  test.each([
    "../../evil.safetensors",
    "/etc/evil.safetensors",
    "C:evil.safetensors",
    "\\\\host\\share\\evil.safetensors",
    "evil\u0007.safetensors",
    "nul.safetensors",
    "evil.safetensors.",
  ])("asks for no shard of the name %j", async (shard) => {
    const { hub, environment, cache } = await setUp();
    hub.publish("org/evil", {
      ...{ "config.json": config, [shard]: weights },
      "model.safetensors.index.json": JSON.stringify({ weight_map: { w: shard } }),
    });
    const error = await caughtLater(resolveModel("org/evil", { environment }));
    expect(error.message).toMatch(/must be a (?:file name without a folder|path down from its folder)/);
    expect(hub.paths("hub").filter((path) => path.includes("/resolve/"))).toHaveLength(2); // config and index
    expect(hub.paths("storage")).toEqual([]);
    expect(readdirSync(cache)).toEqual(["models--org--evil"]);
  });

  test("`files: config` fetches the config alone; the rest follows when it is asked for", async () => {
    const { hub, environment } = await setUp();
    const commit = hub.publish("org/tiny", tiny);
    const folder = await resolveModel("org/tiny", { environment, files: "config" });
    expect(readdirSync(folder)).toEqual(["config.json"]);
    expect(await resolveModel(`org/tiny@${commit}`, { environment })).toBe(folder);
    expect(readdirSync(folder)).toContain("model.safetensors");
  });

  test("`org/name:file.gguf` fetches that file alone, in its folder", async () => {
    const { hub, environment } = await setUp();
    const commit = hub.publish("org/quants", { "q4/tiny.gguf": "GGUF 4", "tiny.Q8_0.gguf": "GGUF 8" });
    const path = await resolveModel("org/quants:q4/tiny.gguf", { environment });
    expect(path.endsWith(join("snapshots", commit, "q4", "tiny.gguf"))).toBe(true);
    expect(readFileSync(path, "utf8")).toBe("GGUF 4");
    expect(readlinkSync(path)).toBe(join("..", "..", "..", "blobs", sha256(Buffer.from("GGUF 4"))));
    expect(hub.paths("storage")).toHaveLength(1);
  });

  test.each([
    [
      { "config.json": "{}", "pytorch_model.bin": "p" },
      "the repository must hold model.safetensors, and it holds pytorch_model.bin, a pickle, which is never read",
    ],
    [
      { "config.json": "{}", "pytorch_model-00001-of-00002.bin": "p" },
      "and it holds pytorch_model-00001-of-00002.bin, a pickle",
    ],
    [
      { "a.Q4_0.gguf": "g", "b.gguf": "g" },
      "and it holds GGUF files: a.Q4_0.gguf, b.gguf\nName the one to use: org/name:a.Q4_0.gguf",
    ],
    [{ "adapter_config.json": "{}" }, "the repository must hold config.json, and it holds an adapter"],
    [{ "README.md": "r" }, "the repository must hold config.json, got README.md"],
    [{}, "the repository must hold config.json, got no files"],
  ])("says what a repository with %j lacks", async (files, message) => {
    const { hub, environment } = await setUp();
    hub.publish("org/other", files);
    const error = await caughtLater(resolveModel("org/other", { environment }));
    expect(error.code).toBe("E_HUB");
    expect(error.message).toContain(message);
  });

  test("with HF_HUB_OFFLINE uses the cache, or says what it lacks", async () => {
    const { hub, environment, cache } = await setUp();
    hub.publish("org/tiny", tiny);
    const folder = await resolveModel("org/tiny", { environment });
    hub.requests.length = 0;
    const offline = { ...environment, HF_HUB_OFFLINE: "1" };
    expect(await resolveModel("org/tiny", { environment: offline })).toBe(folder);
    const error = await caughtLater(resolveModel("org/unseen", { environment: offline }));
    expect(error.code).toBe("E_OFFLINE");
    expect(error.message).toBe(
      `org/unseen: must be in the cache while HF_HUB_OFFLINE is set, got nothing of main in ${cache}\n` +
        "Run the same once without HF_HUB_OFFLINE.",
    );
    expect(hub.paths()).toEqual([]);
  });

  test("uses the cache when the hub cannot be reached, and says so", async () => {
    const { hub, environment } = await setUp();
    hub.publish("org/tiny", tiny);
    const folder = await resolveModel("org/tiny", { environment });
    hub.intercept = (_, response) => {
      response.destroy();
      return true;
    };
    const kinds: string[] = [];
    const options = {
      environment,
      retryDelay: 1,
      onProgress: ({ kind }: { kind: string }) => kinds.push(kind),
    };
    expect(await resolveModel("org/tiny", options)).toBe(folder);
    expect(kinds).toEqual(["retry", "cache-used"]);
  });

  test("where links cannot be made puts the files themselves into the snapshot", async () => {
    const { hub, environment, cache } = await setUp();
    hub.publish("org/tiny", tiny);
    const noLinks = { ...environment, HF_HUB_DISABLE_SYMLINKS: "1" };
    const folder = await resolveModel("org/tiny", { environment: noLinks });
    expect(() => readlinkSync(join(folder, "config.json"))).toThrow("EINVAL");
    expect(modelConfig(modelAt(folder)).config).toEqual({ model_type: "tiny" });
    expect(readdirSync(join(cache, "models--org--tiny", "blobs"))).toEqual([]);
    hub.requests.length = 0;
    await resolveModel("org/tiny", { environment: noLinks });
    expect(hub.paths()).toHaveLength(1);
  });

  test("copies a blob that another snapshot links to, where links can no longer be made", async () => {
    const { hub, environment } = await setUp();
    hub.publish("org/tiny", tiny);
    const old = await resolveModel("org/tiny", { environment });
    hub.publish("org/tiny", { ...tiny, "tokenizer.json": "[]" });
    const folder = await resolveModel("org/tiny", {
      environment: { ...environment, HF_HUB_DISABLE_SYMLINKS: "1" },
    });
    for (const each of [old, folder])
      expect([...modelWeights(modelAt(each)).readFloat32("w")]).toEqual([1, 2, 3]);
  });
});

describe("resolveAdapter", () => {
  test("fetches the two files of a PEFT adapter", async () => {
    const { hub, environment } = await setUp();
    hub.publish("me/lora", {
      "adapter_config.json": "{}",
      "adapter_model.safetensors": weights,
      "tokenizer.json": "{}",
    });
    const folder = await resolveAdapter("me/lora", { environment });
    expect(readdirSync(folder).toSorted()).toEqual(["adapter_config.json", "adapter_model.safetensors"]);
    expect(await resolveAdapter(folder)).toBe(folder);
  });

  test("fetches the names of its classes where it has them, and asks once for a commit that has none", async () => {
    const { hub, environment } = await setUp();
    const files = { "adapter_config.json": "{}", "adapter_model.safetensors": weights };
    hub.publish("me/named", { ...files, "id2label.json": '{"0": "ham"}' });
    const folder = await resolveAdapter("me/named", { environment });
    expect(readFileSync(join(folder, "id2label.json"), "utf8")).toBe('{"0": "ham"}');

    const commit = hub.publish("me/unnamed", files);
    await resolveAdapter(`me/unnamed@${commit}`, { environment });
    const asked = hub.requests.length;
    await resolveAdapter(`me/unnamed@${commit}`, { environment });
    expect(hub.requests).toHaveLength(asked);
  });

  test("reads no pickle, and tells a whole model from an adapter", async () => {
    const { hub, environment } = await setUp();
    hub.publish("me/old", { "adapter_config.json": "{}", "adapter_model.bin": "pickle" });
    hub.publish("me/whole", tiny);
    expect((await caughtLater(resolveAdapter("me/old", { environment }))).message).toContain(
      "must hold adapter_model.safetensors, and it holds adapter_model.bin, a pickle, which is never read",
    );
    expect((await caughtLater(resolveAdapter("me/whole", { environment }))).message).toContain(
      "and it holds a whole model",
    );
  });

  test.each(["name", "org/name:file.gguf"])("rejects %s", async (name) => {
    const error = await caughtLater(resolveAdapter(name));
    expect(error.code).toBe("E_PEFT");
  });
});
