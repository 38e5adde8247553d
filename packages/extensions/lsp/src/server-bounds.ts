/** What one server may take. */
export interface ServerBounds {
  readonly initializeMs: number;
  readonly requestMs: number;
  readonly shutdownMs: number;
  readonly memoryBytesMax: number;
}
export const serverBounds: ServerBounds = {
  initializeMs: 30_000,
  requestMs: 10_000,
  shutdownMs: 1_000,
  memoryBytesMax: 3 * 1024 ** 3,
};
