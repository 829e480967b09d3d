/** Code of the error in which `work` ends. */
export async function codeOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    return (error as { code: string }).code;
  }
  throw new Error("nothing was thrown");
}
