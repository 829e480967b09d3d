import { packageTests } from "../../vitest.shared.ts";

export default packageTests([], {
  alone: [
    "test/cuda/setup.test.ts",
    "test/devices/check-device.test.ts",
    "test/readme.test.ts", // a process has one number of threads of TensorFlow
    "test/tensorflow/runtime.test.ts",
    "test/webgpu.test.ts",
  ],
});
