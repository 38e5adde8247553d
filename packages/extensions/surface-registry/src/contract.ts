import { defineNotify, definePoint, defineService, type NotifyToken, type PointToken, type ServiceToken } from "@dispatch/kernel";
import type { SurfaceCatalogEntry, SurfaceField, SurfaceSpec } from "@dispatch/ui-contract";

/** Data that clients show beside the conversation. Its laws are `surfaceLaws` of testkit. */
export interface Surface {
  /** `^[a-z][a-z0-9-]{0,63}$`. */
  readonly id: string;
  /** `side` is the one that clients place today. */
  readonly region: string;
  readonly title: string;
  /** A global surface shows the same whatever conversation is asked for. */
  readonly scope: "global" | "conversation";
  /** What it shows now. Without an id, or for a conversation that it knows nothing of, its empty state. Reading changes nothing. */
  read(conversationId?: string): SurfaceFields | Promise<SurfaceFields>;
  /**
   * The conversation whose fields may have changed; `undefined`: whatever it shows. Changes count from the call, and several of one
   * conversation may be told as one. Ends when the signal aborts.
   */
  changes(signal: AbortSignal): AsyncIterable<string | undefined>;
  readonly actions: { readonly [actionId: string]: SurfaceAction };
}

export type SurfaceFields = readonly SurfaceField[];

/**
 * `payload` is whatever a client sent: an action checks it, and refuses what it does not understand with a fault. Its effect shows as a change. `by` is
 * the name of who asked, as the door knows it; absent: somebody within.
 */
export type SurfaceAction = (payload: unknown, conversationId: string | undefined, by?: string) => Promise<void>;

export const defineSurface = (surface: Surface): Surface => surface;

export const Surfaces: PointToken<Surface> = definePoint<Surface>("surface-registry/surfaces", ({ id }) => id);

/** What doors ask. One surface that throws or hangs is nothing to the others. */
export interface SurfaceRegistry {
  /** In order of activation; the same list until a surface comes or goes. */
  catalog(): readonly SurfaceCatalogEntry[];
  /** A surface that cannot be read shows a sentence that says so. Faults: `surface-registry/unknown-surface` (missing). */
  spec(surfaceId: string, conversationId?: string): Promise<SurfaceSpec>;
  /** Faults: `surface-registry/unknown-surface`, `surface-registry/unknown-action` (both missing), and whatever the action raises. */
  invoke(surfaceId: string, actionId: string, payload: unknown, conversationId?: string, by?: string): Promise<void>;
}
export const SurfaceRegistry: ServiceToken<SurfaceRegistry> = defineService<SurfaceRegistry>("surface-registry/registry");

/** Without an id: the surface may have changed for every conversation. */
export interface SurfaceChange {
  readonly surfaceId: string;
  readonly conversationId?: string;
}
export const SurfaceChanged: NotifyToken<SurfaceChange> = defineNotify<SurfaceChange>("surface-registry/surface-changed");

/** A surface came or went. */
export const CatalogChanged: NotifyToken<readonly SurfaceCatalogEntry[]> =
  defineNotify<readonly SurfaceCatalogEntry[]>("surface-registry/catalog-changed");
