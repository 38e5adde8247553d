/** Resolves in a task of its own, when every promise that could settle has settled. */
export const atRest = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
