import { describe, expect, test } from "vitest";
import { parseHubId, shownHubId } from "../src/hub-id.ts";

describe("parseHubId", () => {
  test.each([
    ["org/name", { repo: "org/name", revision: "main" }],
    ["HuggingFaceTB/SmolLM2-135M", { repo: "HuggingFaceTB/SmolLM2-135M", revision: "main" }],
    ["org/name@v1.0", { repo: "org/name", revision: "v1.0" }],
    ["org/name@refs/pr/1", { repo: "org/name", revision: "refs/pr/1" }],
    ["org/name:q4/a.gguf", { repo: "org/name", revision: "main", file: "q4/a.gguf" }],
    ["org/name@v1:a.Q4_K_M.GGUF", { repo: "org/name", revision: "v1", file: "a.Q4_K_M.GGUF" }],
  ])("reads %s, and shows it as it was typed", (name, id) => {
    expect(parseHubId(name)).toEqual(id);
    expect(shownHubId(parseHubId(name)!)).toBe(name);
  });

  test.each([
    "name",
    "/org/name",
    "./org/name",
    "a/b/c",
    "org/",
    "org/na--me",
    "org/na..me",
    "org/name.git",
    "org/-name",
    `org/${"n".repeat(97)}`,
    "C:\\models\\name",
    "C:/models",
    "org/name:model.safetensors",
    "org/name:../a.gguf",
    "org/name:C:a.gguf",
    "org/name@../main",
    "org/name@",
    "org/name\n",
    "",
  ])("does not take %j for one", (name) => {
    expect(parseHubId(name)).toBeUndefined();
  });
});
