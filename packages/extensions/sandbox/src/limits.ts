/** What one command may take. Settings give other numbers; the system's own limits, where they are lower, stay. */
export interface Limits {
  /** What all its processes hold together, and what each may have of its own. */
  readonly memoryBytesMax: number;
  readonly processesMax: number;
  /** The size of a file that it writes. */
  readonly fileBytesMax: number;
  /** Processor time of each of its processes. */
  readonly cpuSecondsMax: number;
  /** Of its own /tmp, which is memory. */
  readonly tmpBytesMax: number;
}

export const defaultLimits: Limits = {
  memoryBytesMax: 4 * 1024 * 1024 * 1024,
  processesMax: 512,
  fileBytesMax: 4 * 1024 * 1024 * 1024,
  cpuSecondsMax: 1_200,
  tmpBytesMax: 512 * 1024 * 1024,
};
