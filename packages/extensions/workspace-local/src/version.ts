import type { BigIntStats } from "node:fs";
import type { FileVersion } from "@dispatch/kernel";

export const versionOf = (info: BigIntStats): FileVersion => `${info.dev}:${info.ino}:${info.size}:${info.mtimeNs}`;
