/**
 * Settles as `awaited` does, but rejects at once where the process ends first that is to bring it about. For tests, which
 * else wait for minutes for a process that never got to work.
 *
 * @param ended end of the process, with what it wrote to standard error.
 */
export function whileRunning<Value>(
  ended: Promise<{ readonly code: number | null; readonly stderr: string }>,
  awaited: PromiseLike<Value>,
): Promise<Value> {
  const tooEarly = ended.then(({ code, stderr }): never => {
    throw new Error(`a process that was waited for ended with code ${code}:\n${stderr}`);
  });
  return Promise.race([awaited, tooEarly]);
}
