export { type CudaFiles, type CudaSetup, cudaFiles, rememberedCuda } from "./cuda/setup.ts";
export { checkDevice, type DeviceCheck, type DeviceCheckJob } from "./devices/check-device.ts";
export {
  type DeviceName,
  deviceNames,
  deviceRuntime,
  type RuntimeOptions,
} from "./devices/device.ts";
export {
  type DeviceSurvey,
  type OpenDevice,
  type OpenDeviceOptions,
  openDevice,
  type SurveyedDevice,
  type SurveyOptions,
  surveyDevices,
} from "./devices/open-device.ts";
export { type SelfTest, selfTest } from "./devices/self-test.ts";
export {
  type OnnxBuild,
  type OnnxLibrary,
  type OnnxOptions,
  onnxBuild,
  onnxLibrary,
  onnxRuntime,
} from "./onnx/node-runtime.ts";
export type { OnnxProvider } from "./onnx/providers.ts";
export { checkTensorflowAddon, type TensorflowCheck } from "./tensorflow/check-addon.ts";
export {
  findTensorflow,
  missingLibraries,
  type TensorflowFiles,
  type TensorflowPlace,
  tensorflowFiles,
} from "./tensorflow/find.ts";
export { type TensorflowOptions, tensorflowRuntime } from "./tensorflow/runtime.ts";
