/** A computer that tools may run on, as the person's own configuration names it. */
export interface Computer {
  readonly alias: string;
  readonly hostName: string;
  readonly port: number;
  readonly user: string;
  readonly identityFile: string | null;
  readonly knownHost: boolean;
}

export interface ComputerEntry extends Computer {
  /** Conversations that are set to it. */
  readonly usageCount: number;
}

export interface ComputerStatus {
  readonly alias: string;
  readonly state: "disconnected" | "connecting" | "connected" | "error";
  readonly error?: string;
  readonly knownHost: boolean;
}
