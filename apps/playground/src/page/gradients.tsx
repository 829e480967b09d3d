import { wholeNumber } from "@lorank/core";
import type { GradientCheck } from "../protocol.ts";
import type { Device } from "../settings.ts";
import { useGpu } from "./fields.tsx";
import type { PageState, Session } from "./session.ts";

/** Runs a gradient check in the visitor's browser, as proof that it computes as PEFT does. */
export function Gradients({ state, session }: { readonly state: PageState; readonly session: Session }) {
  const { gradients } = state;
  const hasGpu = useGpu();
  return (
    <section class="gradients" aria-labelledby="gradients-title">
      <h2 id="gradients-title">Is it computed rightly here?</h2>
      <p class="lead">
        A small model with an adapter, its loss and its gradients were written down with transformers and
        PEFT. This computes them again in this browser and shows the largest difference.
      </p>
      <div class="actions">
        <Check device="wasm" state={state} session={session} />
        {hasGpu && <Check device="webgpu" state={state} session={session} />}
      </div>
      <div role="status" class="checked">
        {gradients === "running" && <p>Checking…</p>}
        {typeof gradients === "object" && "error" in gradients && <p class="failure">{gradients.error}</p>}
        {typeof gradients === "object" && "worst" in gradients && <Checked check={gradients} />}
      </div>
    </section>
  );
}

function Check(props: { readonly device: Device; readonly state: PageState; readonly session: Session }) {
  const { device, state, session } = props;
  // A disabled button would lose the focus.
  const isBusy = state.gradients === "running";
  return (
    <button type="button" aria-disabled={isBusy} onClick={() => !isBusy && session.checkGradients(device)}>
      {device === "wasm" ? "Check gradients" : "Check on the GPU"}
    </button>
  );
}

function Checked({ check }: { readonly check: GradientCheck }) {
  const { gradients, tolerance, tensors, numbers, loss, logits, worst, model, device } = check;
  const isSame = Math.max(gradients, logits, loss) <= tolerance;
  return (
    <>
      <p>
        <strong>
          {isSame
            ? "The same, but for float32 rounding."
            : "Not the same: please report this with your browser's version."}
        </strong>{" "}
        Largest difference in {wholeNumber(numbers)} gradients of {tensors} tensors: {scientific(gradients)}{" "}
        of the tensor's largest, in {worst}.
      </p>
      <p class="fine">
        {model}, {device === "wasm" ? "on WebAssembly" : "on the GPU"}. Loss: {scientific(loss)} apart;
        logits: {scientific(logits)}. Up to {scientific(tolerance)} is rounding.
      </p>
    </>
  );
}

function scientific(value: number): string {
  return value === 0
    ? "0"
    : value
        .toExponential(1)
        .replace("e-", " · 10⁻")
        .replace(
          /⁻(\d+)$/,
          (_, digits: string) => `⁻${[...digits].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join("")}`,
        );
}
