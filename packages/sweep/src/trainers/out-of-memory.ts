/**
 * Messages of runtimes about too little memory of a device or the machine: PyTorch's, those of CUDA and HIP, JAX's, TensorFlow's and
 * NumPy's. None is a word that a log has for another reason, such as the name of a setting.
 */
const messages = [
  /\bOutOfMemoryError\b/,
  /\b(?:CUDA|HIP|XPU) out of memory\b/,
  /\b(?:CUDA|HIP) error: out of memory\b/,
  /\b(?:CUDA|HIP)_ERROR_OUT_OF_MEMORY\b|\bcudaErrorMemoryAllocation\b/,
  /\bMPS backend out of memory\b/,
  /\bRESOURCE_EXHAUSTED: (?:.*\b)?(?:out of memory|failed to allocate|OOM)\b/i,
  /\bResourceExhaustedError\b.*\bOOM\b/,
  /\bDefaultCPUAllocator: (?:can't|not enough)\b/,
  /^MemoryError\b|\bUnable to allocate \S+ \S+ for an array\b/,
];

/** The first line of a Python error, but for those of launchers, which end with the process that they started. */
const anotherError = /^Traceback \(most recent call last\):/;
const ofLauncher = /\b(?:ChildFailedError|CalledProcessError)\b/;
const whileHandling = /^During handling of the above exception/;

/**
 * Tells from the end of a failing trainer's output whether it ran out of memory. It did not where it caught that, went on, and
 * another error ended it.
 */
export function ranOutOfMemory(output: string): boolean {
  const lines = output.split("\n").map((line) => line.replace(/^\[rank\d+\]: ?/, "").trimEnd());
  const last = lines.findLastIndex((line) => messages.some((message) => message.test(line)));
  if (last < 0) return false;
  const after = lines.slice(last + 1);
  const next = after.findIndex((line) => anotherError.test(line));
  if (next < 0) return true;
  const isHandling = after.slice(0, next).some((line) => whileHandling.test(line));
  return isHandling || after.some((line) => ofLauncher.test(line));
}
