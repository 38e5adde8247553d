import type { Fault, FaultKind } from "@dispatch/kernel";

/** The one table from faults to HTTP. Where a kind has two statuses, the code decides. */
const statusOfKind: { readonly [kind in FaultKind]: number } = {
  invalid: 400,
  denied: 403,
  missing: 404,
  conflict: 409,
  limited: 429,
  cancelled: 499,
  defect: 500,
  unavailable: 503,
};

const statusOfCode: { readonly [code: string]: number } = {
  "transport-http/no-token": 401,
  "transport-http/wrong-method": 405,
  "transport-http/body-too-large": 413,
  "transport-http/needs-upgrade": 426,
};

export const statusOf = ({ code, kind }: Fault): number => statusOfCode[code] ?? statusOfKind[kind];
