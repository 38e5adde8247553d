import { Fault } from "@dispatch/kernel";

export class NoFolder extends Fault {
  readonly kind = "missing";
  readonly code = "workspace-trust/no-folder";
  constructor(folder: string) {
    super(`${folder} is no folder on the server. Check the path.`, { data: { folder } });
  }
}

/** What was looked at is not what is there now. */
export class FilesChanged extends Fault {
  readonly kind = "conflict";
  readonly code = "workspace-trust/changed";
  constructor(folder: string) {
    super(`The files of ${folder} are not those that were shown. Nothing was trusted. Look at them again.`, { data: { folder } });
  }
}

export class CannotBeTrusted extends Fault {
  readonly kind = "invalid";
  readonly code = "workspace-trust/cannot-be-trusted";
  constructor(folder: string, problem: string) {
    super(`${folder} cannot be trusted: ${problem}`, { data: { folder } });
  }
}
