export { type CudaSetup, cudaFiles } from "./cuda/setup.ts";
export { checkDevice } from "./devices/check-device.ts";
export { type DeviceName, deviceRuntime } from "./devices/device.ts";
export {
  type DeviceSurvey,
  type OpenDevice,
  type OpenDeviceOptions,
  openDevice,
  surveyDevices,
} from "./devices/open-device.ts";
export { selfTest } from "./devices/self-test.ts";
export { type OnnxLibrary, onnxBuild, onnxLibrary, onnxRuntime } from "./onnx/node-runtime.ts";
export type { OnnxBuild } from "./onnx-packages.ts";
export { checkTensorflowAddon } from "./tensorflow/check-addon.ts";
export { findTensorflow, tensorflowFiles } from "./tensorflow/find.ts";
