import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { modelFolder as starterFolder } from "@lorank/starter";
import { describe, expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { resolveAdapterPath, resolveModelPath, shownModelName } from "../../src/model/resolve.ts";
import { cliHere } from "../here.ts";

const commit = "a".repeat(40);
const config = JSON.stringify({
  model_type: "llama",
  hidden_size: 64,
  intermediate_size: 128,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  vocab_size: 100,
  tie_word_embeddings: false,
});
// printf '%s' "$config" | git hash-object --stdin
const blobId = "34f92ce69a3b7193cbb0c2208c759a0f5603c478";

/** A hub with one model whose weights nobody may ask for. Returns the variables that lead to it, and what it saw. */
async function startHub(): Promise<{ environment: Record<string, string>; paths: string[] }> {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url?.split("?")[0] ?? "";
    paths.push(path);
    if (path === `/org/tiny/resolve/${commit}/config.json`) response.end(config);
    else if (path === "/api/models/org/tiny/revision/main") {
      const siblings = [
        { rfilename: "config.json", size: config.length, blobId },
        { rfilename: "model.safetensors", size: 1e9, blobId, lfs: { sha256: "b".repeat(64), size: 1e9 } },
      ];
      response.end(JSON.stringify({ sha: commit, siblings }));
    } else response.writeHead(404, { "x-error-code": "RepoNotFound" }).end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { environment: { HF_ENDPOINT: endpoint, HF_HOME: temporaryFolder() }, paths };
}

function recorder() {
  const seen = { text: "" };
  const write = (more: string): void => {
    seen.text += more;
  };
  return { seen, sink: { columns: 80, write } };
}

describe("resolveModelPath", () => {
  test("knows starter and folders without asking anybody", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "config.json"), config);
    const { seen, sink } = recorder();
    expect(await resolveModelPath("starter", {}, { sink })).toBe(starterFolder);
    expect(await resolveModelPath(folder, {}, { sink })).toBe(folder);
    expect(seen.text).toBe("");
  });

  test("fetches a hub id and says so in lines, or nothing under --quiet", async () => {
    const { environment } = await startHub();
    const { seen, sink } = recorder();
    const path = await resolveModelPath("org/tiny", {}, { sink, environment, files: "config" });
    expect(path.endsWith(join("models--org--tiny", "snapshots", commit))).toBe(true);
    expect(seen.text).toMatch(/Z fetching 1 file of org\/tiny, \d+ B\n/);
    const quiet = recorder();
    const fresh = { ...environment, HF_HOME: temporaryFolder() };
    await resolveModelPath(
      "org/tiny",
      { quiet: true },
      { sink: quiet.sink, environment: fresh, files: "config" },
    );
    expect(quiet.seen.text).toBe("");
  });

  test("names a model by its folder, or by what it was asked for", async () => {
    expect(shownModelName("./models/Llama-3.2-1B/", "./models/Llama-3.2-1B/")).toBe("Llama-3.2-1B");
    expect(shownModelName("org/tiny", `/cache/models--org--tiny/snapshots/${commit}`)).toBe("org/tiny");
    expect(shownModelName("starter", starterFolder)).toBe("starter");
  });
});

test("resolveAdapterPath takes a folder with an adapter_config.json", async () => {
  const folder = join(temporaryFolder(), "r8");
  mkdirSync(folder);
  writeFileSync(join(folder, "adapter_config.json"), "{}");
  expect(await resolveAdapterPath(folder, {})).toBe(folder);
  await expect(resolveAdapterPath("r8", {})).rejects.toMatchObject({ code: "E_PEFT" });
});

describe("lorank memory", () => {
  test("of a hub id fetches the config alone, and stdout holds nothing but the document", async () => {
    const { environment, paths } = await startHub();
    const run = await cliHere(["memory", "org/tiny", "--ranks", "2", "--json"], { env: environment });
    expect(run.code).toBe(0);
    expect(JSON.parse(run.stdout).model).toMatchObject({ name: "org/tiny", layers: 2, hiddenSize: 64 });
    expect(run.stderr).toContain("fetching 1 file of org/tiny");
    expect(paths).toEqual(["/api/models/org/tiny/revision/main", `/org/tiny/resolve/${commit}/config.json`]);
  });

  test("of an unknown hub id says what may be wrong and exits with 2", async () => {
    const { environment } = await startHub();
    const run = await cliHere(["memory", "org/unknown"], { env: environment });
    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toBe(
      "error: org/unknown: the hub knows no such model, or it is private (404); there is no such folder either\n" +
        "Check the spelling. For a private model set HF_TOKEN to a token that may read it.\n",
    );
  });

  test("offline names the cache that lacks it", async () => {
    const home = temporaryFolder();
    const run = await cliHere(["memory", "org/tiny"], { env: { HF_HOME: home, HF_HUB_OFFLINE: "1" } });
    expect(run.code).toBe(2);
    expect(run.stderr).toContain(`got nothing of main in ${join(home, "hub")}`);
  });

  test("of a config.json still needs no model", async () => {
    const folder = join(temporaryFolder(), "my-model");
    mkdirSync(folder);
    writeFileSync(join(folder, "config.json"), config);
    const run = await cliHere(["memory", join(folder, "config.json"), "--ranks", "2", "--json"]);
    expect(JSON.parse(run.stdout).model.name).toBe("my-model");
  });

  test("of a built-in model, by alias or hub id, needs no hub", async () => {
    const env = { HF_HOME: temporaryFolder(), HF_HUB_OFFLINE: "1" };
    for (const name of ["Llama-3.1-8B", "meta-llama/Llama-3.1-8B-Instruct"]) {
      const run = await cliHere(["memory", name, "--ranks", "8", "--json"], { env });
      expect(JSON.parse(run.stdout).model).toMatchObject({
        name: "meta-llama/Llama-3.1-8B",
        totalParams: 8_030_261_248,
      });
    }
  });

  test("of a folder wins over a built-in model of the same name", async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, "gpt2"));
    writeFileSync(join(cwd, "gpt2", "config.json"), config);
    const run = await cliHere(["memory", "gpt2", "--ranks", "2", "--json"], { cwd });
    expect(JSON.parse(run.stdout).model).toMatchObject({ name: "gpt2", layers: 2, hiddenSize: 64 });
  });

  test("of a name that is nothing suggests the nearest built-in one", async () => {
    const run = await cliHere(["memory", "mixtral-8x7"]);
    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toContain(
      'got "mixtral-8x7"; lorank memory --list has no such name either. Did you mean mixtral-8x7b?',
    );
    const none = await cliHere(["memory"]);
    expect(none).toMatchObject({ code: 2, stdout: "" });
    expect(none.stderr).toContain("got none; --list prints the built-in ones");
  });

  test("lists the built-in models, for a person and for a program", async () => {
    const [text, json] = await Promise.all([
      cliHere(["memory", "--list"]),
      cliHere(["memory", "--list", "--json"]),
    ]);
    expect(text.stdout).toMatch(/^name +parameters {2}architecture +on the hub$/m);
    expect(text.stdout).toMatch(/^llama-3\.1-8b +8\.03 B {2}llama +meta-llama\/Llama-3\.1-8B$/m);
    expect(text.stdout).toMatch(/^gemma-3-4b +3\.88 B {2}gemma3, text part +google\/gemma-3-4b-pt$/m);
    const { models } = JSON.parse(json.stdout);
    expect(models.length).toBeGreaterThanOrEqual(40);
    expect(models).toContainEqual({
      id: "deepseek-ai/DeepSeek-V3",
      aliases: expect.arrayContaining(["deepseek-v3", "deepseek-r1"]),
      modelType: "deepseek_v3",
      covers: "model",
      totalParams: 671_026_404_352,
      published: "671B",
    });
  });
});
