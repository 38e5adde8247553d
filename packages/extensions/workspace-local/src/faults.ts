import { type Fault, fault } from "@dispatch/kernel";

export const outside = (shown: string): Fault =>
  fault("denied", "workspace/outside", `${shown} is outside the working directory. Only paths inside it may be used.`);

export const missing = (shown: string, what = "does not exist. List its folder to see what does."): Fault =>
  fault("missing", "workspace/missing", `${shown} ${what}`);

export const notAFile = (shown: string, kind: string): Fault =>
  fault("invalid", "workspace/not-a-file", `${shown} is ${kind}, not a regular file.`);

export const notAFolder = (shown: string): Fault => fault("invalid", "workspace/not-a-folder", `${shown} is not a folder.`);

export const badPath = (why: string): Fault => fault("invalid", "workspace/bad-path", why);

export const changed = (shown: string): Fault =>
  fault(
    "conflict",
    "workspace/changed",
    `${shown} has changed since it was read. Read it again, then repeat the change on what is there now.`,
  );

export const exists = (shown: string): Fault =>
  fault("conflict", "workspace/exists", `${shown} exists already. Choose another name, or replace it on purpose.`);

export const tooLarge = (shown: string, limitBytes: number): Fault =>
  fault("limited", "workspace/too-large", `${shown} is larger than the ${limitBytes} bytes that are read at once. Read it in parts.`, {
    data: { limit: limitBytes },
  });

export const noFolder = (root: string, why: string): Fault =>
  fault("missing", "workspace-local/no-folder", `The working directory ${root} ${why}. Set another one for this conversation.`);

/** What the system answered, in our terms. `shown` is the path as the caller knows it. What the system did not say is thrown on. */
export function systemFault(thrown: unknown, shown: string): Fault {
  const errno = errnoOf(thrown);
  if (errno === undefined) throw thrown;
  return errnoFault(errno, shown, thrown);
}

export function errnoFault(errno: string, shown: string, cause?: unknown): Fault {
  switch (errno) {
    case "ENOENT":
      return missing(shown);
    case "ENOTDIR":
      return missing(shown, "cannot be reached: a name on the way is a file, not a folder.");
    case "ELOOP":
      return badPath(`${shown} leads through symbolic links in a circle, or through too many.`);
    case "ENAMETOOLONG":
      return badPath(`${shown} is too long for this file system.`);
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return fault("denied", "workspace/no-permission", `The system does not permit this on ${shown} (${errno}).`, { cause });
    default:
      return fault("unavailable", "workspace/disk", `The disk did not do it for ${shown} (${errno}). ${hints[errno] ?? "Try again."}`, {
        cause,
      });
  }
}

const hints: { readonly [code: string]: string } = {
  ENOSPC: "It is full: free some space.",
  EDQUOT: "The quota is used up: free some space.",
  EMFILE: "Too many files are open: try again.",
};

export function errnoOf(thrown: unknown): string | undefined {
  const code = thrown instanceof Error ? (thrown as { readonly code?: unknown }).code : undefined;
  return typeof code === "string" && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}
