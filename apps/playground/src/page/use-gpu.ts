import { useEffect, useState } from "preact/hooks";

/** Whether the browser reaches a GPU: nothing is offered that is not there. */
export function useGpu(): boolean {
  const [has, setHas] = useState(false);
  useEffect(() => {
    const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<unknown> } };
    gpu?.requestAdapter().then(
      (adapter) => setHas(adapter !== null),
      () => {},
    );
  }, []);
  return has;
}
