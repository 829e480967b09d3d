import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { hubSettings } from "../../src/hub/settings.ts";
import { caught } from "../helpers/caught.ts";

describe("the cache folder", () => {
  test.each([
    ["the default", {}, "/home/me/.cache/huggingface/hub"],
    ["XDG_CACHE_HOME", { XDG_CACHE_HOME: "/xdg" }, "/xdg/huggingface/hub"],
    ["HF_HOME", { HF_HOME: "/hf", XDG_CACHE_HOME: "/xdg" }, "/hf/hub"],
    ["HF_HUB_CACHE before HF_HOME", { HF_HUB_CACHE: "/cache", HF_HOME: "/hf" }, "/cache"],
    ["its older name", { HUGGINGFACE_HUB_CACHE: "/old" }, "/old"],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the shell, not of this file
    ["~ and variables", { HF_HOME: "~/$WHERE/${WHAT}", WHERE: "a", WHAT: "b" }, "/home/me/a/b/hub"],
    ["an empty variable as none", { HF_HOME: "" }, "/home/me/.cache/huggingface/hub"],
  ])("follows %s", (_, environment, folder) => {
    expect(hubSettings({ HOME: "/home/me", ...environment }).cacheFolder).toBe(join(folder));
  });
});

describe("the token", () => {
  const home = () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "elsewhere"));
    writeFileSync(join(folder, "token"), "hf_file\n");
    writeFileSync(join(folder, "elsewhere", "token"), "hf_elsewhere\n");
    return folder;
  };

  test("is HF_TOKEN before the token file", () => {
    const HF_HOME = home();
    expect(hubSettings({ HF_HOME, HF_TOKEN: "hf_variable" }).token).toEqual({
      secret: "hf_variable",
      source: "HF_TOKEN",
    });
    expect(hubSettings({ HF_HOME }).token).toEqual({ secret: "hf_file", source: join(HF_HOME, "token") });
    const HF_TOKEN_PATH = join(HF_HOME, "elsewhere", "token");
    expect(hubSettings({ HF_HOME, HF_TOKEN_PATH }).token?.secret).toBe("hf_elsewhere");
  });

  test("is none without a file, and none of the file where that is switched off", () => {
    const HF_HOME = home();
    expect(hubSettings({ HF_HOME: join(HF_HOME, "nowhere") }).token).toBeUndefined();
    expect(hubSettings({ HF_HOME, HF_HUB_DISABLE_IMPLICIT_TOKEN: "1" }).token).toBeUndefined();
  });

  test("with a line break in it is refused and not shown", () => {
    const error = caught(() => hubSettings({ HF_TOKEN: "hf_secret\r\nX-Evil: 1" }));
    expect(error.code).toBe("E_HUB");
    expect(error.message).toBe("the token of HF_TOKEN must be one word of ASCII characters");
  });
});

test.each([
  [{ HF_ENDPOINT: "https://mirror.example/hf/" }, "https://mirror.example/hf"],
  [{}, "https://huggingface.co"],
])("the endpoint of %j is %s", (environment, endpoint) => {
  expect(hubSettings(environment).endpoint).toBe(endpoint);
});

test.each(["mirror.example", "ftp://mirror.example", "file:///etc"])("HF_ENDPOINT %s is refused", (value) => {
  expect(caught(() => hubSettings({ HF_ENDPOINT: value })).message).toBe(
    `HF_ENDPOINT must be an https:// or http:// address, got ${value}`,
  );
});

test.each([
  ["1", true],
  ["true", true],
  ["YES", true],
  ["on", true],
  ["0", false],
  ["", false],
])("HF_HUB_OFFLINE=%s is %s", (value, offline) => {
  expect(hubSettings({ HF_HUB_OFFLINE: value }).offline).toBe(offline);
  expect(hubSettings({ TRANSFORMERS_OFFLINE: value }).offline).toBe(offline);
});
