const giveUpMs = 20_000;

/** Lets other tasks run until what they bring about is so; rejects when it does not come to that. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const last = performance.now() + giveUpMs; !(await isSo()); ) {
    if (performance.now() > last) throw new Error("it never came to be so");
    await new Promise((resolve) => setImmediate(resolve));
  }
}
