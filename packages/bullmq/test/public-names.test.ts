import { expect, test } from "vitest";
import { absentFromReadme, publicNames } from "../../../scripts/public-names.ts";

const root = new URL("../", import.meta.url);
const names = await publicNames(root);

test("the package exports these values and no others", () => {
  expect(names).toEqual({
    ".": ["RedisQueue", "bullmqExecutor", "runQueueWorker"],
  });
});

test("the README names each of them", () => {
  expect(absentFromReadme(root, names)).toEqual([]);
});
