import type { OnnxBuild } from "@lorank/graph/installed";

/** Names ONNX Runtime's build, and any faster build. */
export function buildWords({ kind, version, reason }: OnnxBuild): string {
  if (kind === "native") return `ONNX Runtime ${version}, native`;
  return `ONNX Runtime ${version} as WebAssembly, which takes about four times as long: ${reason}`;
}
