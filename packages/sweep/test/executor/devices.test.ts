import { expect, test } from "vitest";
import { DevicePool, deviceEnvironment } from "../../src/executor/local-executor.ts";

test("each process has a device of its own as long as there are enough", () => {
  const pool = new DevicePool(["cuda:0", "cuda:1"]);
  expect([pool.take(), pool.take()]).toEqual(["cuda:0", "cuda:1"]);
  pool.giveBack("cuda:1");
  expect(pool.take()).toBe("cuda:1");
  expect(new DevicePool([]).take()).toBeUndefined();
});

test("a process sees its own device alone, by the numbers of those that this one sees", () => {
  expect(deviceEnvironment("cuda:1", {})).toEqual({ LORANK_DEVICE: "cuda:1", CUDA_VISIBLE_DEVICES: "1" });
  expect(deviceEnvironment("cuda:1", { CUDA_VISIBLE_DEVICES: "4,GPU-7" })).toEqual({
    LORANK_DEVICE: "cuda:1",
    CUDA_VISIBLE_DEVICES: "GPU-7",
  });
  expect(deviceEnvironment("mps", {})).toEqual({ LORANK_DEVICE: "mps" });
  expect(deviceEnvironment(undefined, {})).toEqual({});
});
