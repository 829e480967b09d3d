export { installedBuild, type OnnxBuild } from "./onnx-packages.ts";
