import type { PointToken, ServiceToken, TokenId } from "../contracts/token.ts";
import { keyTaken, noService, serviceTaken } from "./faults.ts";
import { type Member, Roster } from "./roster.ts";

interface Contribution {
  readonly key: string;
  readonly item: unknown;
}

/** The services and points of one kernel. Who may touch which token is checked before it is asked. */
export class Registry {
  readonly #services = new Map<TokenId, { readonly implementation: unknown }>();
  readonly #contributions = new Roster<Contribution>();
  readonly #gathered = new Map<TokenId, readonly unknown[]>();

  provide<T>(service: ServiceToken<T>, implementation: T): () => void {
    if (this.#services.has(service.id)) throw serviceTaken(service);
    this.#services.set(service.id, { implementation });
    return () => void this.#services.delete(service.id);
  }

  use<T>(service: ServiceToken<T>): T {
    const provided = this.#services.get(service.id);
    if (provided === undefined) throw noService(service);
    return provided.implementation as T; // `provide` took it under the same token
  }

  contribute<T>(point: PointToken<T>, item: T, by: Member): () => void {
    const key = point.keyOf(item);
    const holder = this.#contributions.all(point.id).find((other) => other.value.key === key);
    if (holder !== undefined) throw keyTaken(point, key, holder.by.id);
    const remove = this.#contributions.add(point.id, by, { key, item });
    this.#gathered.delete(point.id);
    return () => {
      remove();
      this.#gathered.delete(point.id);
    };
  }

  /** The same frozen list until something comes or goes. */
  gather<T>(point: PointToken<T>): readonly T[] {
    const known = this.#gathered.get(point.id);
    if (known !== undefined) return known as readonly T[];
    const contributions = this.#contributions.all(point.id);
    if (contributions.length === 0) return nothing;
    const items = Object.freeze(contributions.map((entry) => entry.value.item));
    this.#gathered.set(point.id, items);
    return items as readonly T[];
  }
}

/** One for all, so that nobody's empty point takes room. */
const nothing: readonly never[] = Object.freeze([]);
