import { isMainThread } from "node:worker_threads";
import { DeviceError, MissingRuntimeError } from "../device-error.ts";

type Ort = typeof import("onnxruntime-node");

/**
 * onnxruntime-node, with its telemetry off. The only place that imports it.
 *
 * @throws MissingRuntimeError; DeviceError, see {@link disableTelemetry}.
 */
export async function loadOnnxruntime(): Promise<Ort> {
  disableTelemetry(process.env);
  try {
    return await import("onnxruntime-node");
  } catch (cause) {
    throw new MissingRuntimeError(
      "onnxruntime-node is not installed. Add it beside this package: npm install onnxruntime-node",
      { cause },
    );
  }
}

/**
 * Turns off the telemetry of onnxruntime for the whole process, and for those that it starts. Its builds for Linux and
 * macOS otherwise keep an id of the device in the home folder and send events to Microsoft. They read the variable once,
 * when they start; a user who has set it keeps it. Source: docs/Privacy.md of onnxruntime 1.30.
 *
 * @throws DeviceError in a worker, unless the variable is set there: a worker has a copy of the environment, and native
 *   code does not see what is set in the copy.
 */
export function disableTelemetry(environment: NodeJS.ProcessEnv, onMainThread = isMainThread): void {
  if (environment.ORT_DISABLE_TELEMETRY !== undefined) return;
  if (!onMainThread) {
    throw new DeviceError(
      "ORT_DISABLE_TELEMETRY must be set before a worker loads onnxruntime, got no such variable\n" +
        "Set it to 1 on the main thread before the worker starts: a worker cannot set it for the process.",
    );
  }
  environment.ORT_DISABLE_TELEMETRY = "1";
}
