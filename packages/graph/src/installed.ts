export { installedBuild, type OnnxBuild } from "./onnx/installed.ts";
