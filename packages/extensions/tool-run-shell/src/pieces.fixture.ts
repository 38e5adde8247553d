import { SecretValues } from "@dispatch/secrets";

/** Of output in which nothing is secret, unless values are given. */
export const piecesOf =
  (...values: readonly string[]) =>
  () =>
    new SecretValues(values).pieces();
export const pieces: ReturnType<typeof piecesOf> = piecesOf();
