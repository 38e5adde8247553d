import type { Fault } from "@dispatch/kernel";
import type { FaultMask, FaultMasking } from "./contract.ts";

/** What contributed masks leave of a fault. They are asked when something has failed, and never else. */
export function faultMasking(gather: () => readonly FaultMask[]): FaultMasking {
  const mask = <T>(value: T): T => gather().reduce((left, one) => one.mask(left), value);
  return {
    mask,
    fault(fault) {
      const message = mask(fault.message);
      const data = mask(fault.data);
      return message === fault.message && data === fault.data ? fault : retold(fault, message, data);
    },
  };
}

/** The fault itself stands behind it: doors tell some faults by their class. */
const retold = (fault: Fault, message: string, data: Fault["data"]): Fault =>
  Object.create(fault, { message: { value: message }, data: { value: data } });
