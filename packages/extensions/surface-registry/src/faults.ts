import { Fault, nearest } from "@dispatch/kernel";

export class UnknownSurface extends Fault {
  readonly kind = "missing";
  readonly code = "surface-registry/unknown-surface";

  constructor(surfaceId: string, known: readonly string[]) {
    super(`There is no surface ${JSON.stringify(surfaceId.slice(0, 100))}${hint(surfaceId, known)}. The catalog lists what there is.`);
  }
}

export class UnknownAction extends Fault {
  readonly kind = "missing";
  readonly code = "surface-registry/unknown-action";

  constructor(surfaceId: string, actionId: string, known: readonly string[]) {
    super(
      `The surface ${surfaceId} has no action ${JSON.stringify(actionId.slice(0, 100))}${hint(actionId, known)}. Its fields name its actions.`,
      {
        data: { surfaceId },
      },
    );
  }
}

function hint(name: string, known: readonly string[]): string {
  const like = nearest(name, known);
  return like === undefined ? "" : `; did you mean ${like}?`;
}
