import type { DoctorCheck } from "@dispatch/transport-contract";

export const ok = (id: string, detail: string): DoctorCheck => ({ id, status: "ok", detail });
export const warn = (id: string, detail: string, hint: string): DoctorCheck => ({ id, status: "warn", detail, hint });
export const fail = (id: string, detail: string, hint: string): DoctorCheck => ({ id, status: "fail", detail, hint });
