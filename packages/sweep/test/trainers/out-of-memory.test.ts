import { describe, expect, test } from "vitest";
import { ranOutOfMemory } from "../../src/trainers/command-trial.ts";

const traceback = 'Traceback (most recent call last):\n  File "/home/me/train.py", line 9, in <module>\n';

test.each([
  "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 23.64 GiB",
  "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 20.00 MiB (GPU 0; 14.56 GiB total capacity)",
  "RuntimeError: CUDA out of memory. Tried to allocate 20.00 MiB (GPU 0; 10.76 GiB total capacity)",
  "RuntimeError: CUDA error: out of memory",
  "torch.OutOfMemoryError: HIP out of memory. Tried to allocate 8.00 GiB.",
  "RuntimeError: MPS backend out of memory (MPS allocated: 17.96 GB, other allocations: 72.00 KB, max allowed: 18.13 GB).",
  "jaxlib.xla_extension.XlaRuntimeError: RESOURCE_EXHAUSTED: Out of memory while trying to allocate 8589934592 bytes.",
  "tensorflow.python.framework.errors_impl.ResourceExhaustedError: OOM when allocating tensor with shape[8,2048]",
  "RuntimeError: [enforce fail at alloc_cpu.cpp:114] . DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes.",
  "MemoryError",
])("knows the words of a runtime: %s", (line) => {
  expect(ranOutOfMemory(`loading\n${traceback}${line}\n`)).toBe(true);
});

test.each([
  "",
  "KeyError: 'lm_head'",
  "PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True, which helps against out of memory errors",
  "grpc error: RESOURCE_EXHAUSTED: quota of requests is spent",
  "RuntimeError: CUDA error: device-side assert triggered",
])("and nothing else: %s", (line) => {
  expect(ranOutOfMemory(`${traceback}${line}\n`)).toBe(false);
});

describe("what comes after it", () => {
  const oom = "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.\n";

  test("an error of the launcher, or of what handled it, changes nothing", () => {
    const launcher = `[rank0]: ${oom}${traceback}torch.distributed.elastic.multiprocessing.errors.ChildFailedError:\ntrain.py FAILED\n`;
    expect(ranOutOfMemory(launcher)).toBe(true);
    const handling = `${oom}\nDuring handling of the above exception, another exception occurred:\n\n${traceback}OSError: logs\n`;
    expect(ranOutOfMemory(handling)).toBe(true);
  });

  test("another error is the cause where the trainer went on", () => {
    expect(ranOutOfMemory(`caught ${oom}halving the batch\n${traceback}KeyError: 'labels'\n`)).toBe(false);
  });
});
