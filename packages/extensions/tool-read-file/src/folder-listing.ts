import type { DirectoryEntry } from "@dispatch/kernel";

/** One line an entry: folders end in `/`, links in `@`, files tell their size. */
export function listingLine({ name, kind, sizeBytes }: DirectoryEntry): string {
  const shown = plain(name);
  switch (kind) {
    case "directory":
      return `${shown}/`;
    case "symlink":
      return `${shown}@`;
    case "file":
      return `${shown}  ${sizeBytes.toLocaleString("en-US")} bytes`;
    case "other":
      return `${shown}  (pipe, socket or device)`;
  }
}

/** A name with a line break in it must not look like two. */
const plain = (name: string): string => (/\p{Cc}/u.test(name) ? JSON.stringify(name) : name);
