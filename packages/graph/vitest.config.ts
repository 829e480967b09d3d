import { packageTests } from "../../vitest.shared.ts";

export default packageTests([
  "test/cuda/setup.test.ts",
  "test/devices/check-device.test.ts",
  "test/tensorflow/runtime.test.ts",
  "test/webgpu.test.ts",
]);
