import { type Fault, fault } from "@dispatch/kernel";

export const tooManyConnections = (connectionsMax: number): Fault =>
  fault("limited", "transport-ws/too-many-connections", `${connectionsMax} clients are connected already. Try again in a moment.`, {
    data: { limit: "connectionsMax", connectionsMax, retryAfterMs: 5_000 },
  });

export const tooManySubscriptions = (subscriptionsMax: number): Fault =>
  fault(
    "limited",
    "transport-ws/too-many-subscriptions",
    `This connection has ${subscriptionsMax} subscriptions already. Unsubscribe from some, or open another connection.`,
    { data: { limit: "subscriptionsMax", subscriptionsMax } },
  );

export const tooManyFrames = (framesInHandMax: number): Fault =>
  fault(
    "limited",
    "transport-ws/too-many-frames",
    `${framesInHandMax} frames of this connection are still being worked on. Send the next when some of them are answered.`,
    { data: { limit: "framesInHandMax", framesInHandMax } },
  );

/** Whoever may only read sent a frame that changes something. */
export const readOnly = (): Fault =>
  fault("denied", "transport-ws/read-only", "This token may only read. Connect with one that was made without --readonly.");

export const stopping = (): Fault => fault("unavailable", "transport-ws/stopping", "The server is stopping. Connect again in a moment.");

/** What was thrown stays in the journal, under the reference: it may hold what nobody outside should read. */
export const unknownDefect = (reference: string, cause: unknown): Fault =>
  fault("defect", "transport-ws/defect", `Something went wrong inside Dispatch. Its journal says more under the reference ${reference}.`, {
    cause,
    data: { reference },
  });
