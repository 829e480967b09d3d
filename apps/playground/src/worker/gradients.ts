import type { Device, GradientCheck } from "../protocol.ts";

export async function checkGradients(_device: Device): Promise<GradientCheck> {
  throw new Error("not yet");
}
