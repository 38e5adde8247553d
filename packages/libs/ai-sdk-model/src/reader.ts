/** What is used of a stream's reader. The platforms' own types differ in the rest. */
export interface Reader<T> {
  read(): Promise<{ readonly done: boolean; readonly value?: T | undefined }>;
  cancel(): Promise<void>;
}
