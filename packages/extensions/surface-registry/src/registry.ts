import { asFault, type Clock, type Log } from "@dispatch/kernel";
import type { SurfaceCatalogEntry, SurfaceField, SurfaceSpec } from "@dispatch/ui-contract";
import type { Surface, SurfaceFields, SurfaceRegistry } from "./contract.ts";
import { UnknownAction, UnknownSurface } from "./faults.ts";

/** A surface that has not answered by then is shown as not available. */
const readMsMax = 10_000;

export interface RegistryPorts {
  surfaces(): readonly Surface[];
  readonly clock: Clock;
  readonly journal: Log;
  /** Aborts when nobody asks any more. */
  readonly ending: AbortSignal;
}

export function createRegistry({ surfaces, clock, journal, ending }: RegistryPorts): SurfaceRegistry {
  const find = (surfaceId: string): Surface => {
    const all = surfaces();
    const surface = all.find(({ id }) => id === surfaceId);
    if (surface === undefined)
      throw new UnknownSurface(
        surfaceId,
        all.map(({ id }) => id),
      );
    return surface;
  };
  const readInTime = async (surface: Surface, conversationId: string | undefined): Promise<SurfaceFields> => {
    const read = surface.read(conversationId);
    if (!(read instanceof Promise)) return read;
    const timer = new AbortController();
    const late = clock.sleep(readMsMax, AbortSignal.any([timer.signal, ending])).then(() => undefined);
    const fields = await Promise.race([read, late]).finally(() => timer.abort());
    if (fields === undefined) throw new Error(`no answer within ${readMsMax} ms`);
    return fields;
  };
  const fieldsOf = async (surface: Surface, conversationId: string | undefined): Promise<SurfaceFields> => {
    try {
      return await readInTime(surface, conversationId);
    } catch (thrown) {
      const { code, message } = asFault(thrown, "surface-registry/broken-surface");
      journal.error("surface-failed", { surface: surface.id, conversationId: conversationId ?? null, code, message });
      return [notAvailable];
    }
  };
  let known: readonly Surface[] | undefined;
  let catalog: readonly SurfaceCatalogEntry[] = [];

  return {
    catalog() {
      const all = surfaces();
      if (all !== known) catalog = Object.freeze(all.map(({ id, region, title, scope }) => ({ id, region, title, scope })));
      known = all;
      return catalog;
    },
    async spec(surfaceId, conversationId): Promise<SurfaceSpec> {
      const surface = find(surfaceId);
      const { id, region, title } = surface;
      return { id, region, title, fields: await fieldsOf(surface, conversationId) };
    },
    async invoke(surfaceId, actionId, payload, conversationId, by) {
      const { actions } = find(surfaceId);
      const action = Object.hasOwn(actions, actionId) ? actions[actionId] : undefined;
      if (action === undefined) throw new UnknownAction(surfaceId, actionId, Object.keys(actions));
      await action(payload, conversationId, by);
    },
  };
}

const notAvailable: SurfaceField = {
  kind: "stat",
  label: "Status",
  value: "Not available. The server's journal says why.",
};
