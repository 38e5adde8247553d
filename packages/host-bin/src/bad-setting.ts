import { type Fault, fault } from "@dispatch/kernel";

/** A variable that does not hold what it takes. Its name is told, and what it holds only where that is no secret. */
export const badSetting = (name: string, problem: string): Fault =>
  fault("invalid", "host-bin/bad-setting", `${name} ${problem}.`, { data: { name } });
