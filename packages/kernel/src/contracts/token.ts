/** `<owner>/<name>`: the part before `/` is the id of the extension that owns the token, or `kernel`. */
export type TokenId = `${string}/${string}`;

/** A capability with one implementation, given by its owner. */
export interface ServiceToken<T> {
  readonly form: "service";
  readonly id: TokenId;
  readonly "~of"?: (value: T) => T;
}
/** A typed collection that others add to and its owner consumes. */
export interface PointToken<T> {
  readonly form: "point";
  readonly id: TokenId;
  /** Items of one point have distinct keys. */
  keyOf(item: T): string;
  readonly "~of"?: (value: T) => T;
}
/** Announces what has happened. Handlers are not awaited; a throw is journaled and the others still run. */
export interface NotifyToken<E> {
  readonly form: "notify";
  readonly id: TokenId;
  readonly "~of"?: (value: E) => E;
}
/** Shapes a value on its way, one handler after another. A throw is journaled and the value passes unchanged. */
export interface TransformToken<V, C> {
  readonly form: "transform";
  readonly id: TokenId;
  readonly "~of"?: (value: V, context: C) => [V, C];
}
/** Decides whether and how something happens. The first activated is outermost; a throw is the outcome. */
export interface InterceptToken<I, O> {
  readonly form: "intercept";
  readonly id: TokenId;
  readonly "~of"?: (input: I) => O;
}
export type HookToken = NotifyToken<never> | TransformToken<never, never> | InterceptToken<never, never>;

export const defineService = <T>(id: TokenId): ServiceToken<T> => ({ form: "service", id });
export const definePoint = <T>(id: TokenId, keyOf: (item: T) => string): PointToken<T> => ({ form: "point", id, keyOf });
export const defineNotify = <E>(id: TokenId): NotifyToken<E> => ({ form: "notify", id });
export const defineTransform = <V, C>(id: TokenId): TransformToken<V, C> => ({ form: "transform", id });
export const defineIntercept = <I, O>(id: TokenId): InterceptToken<I, O> => ({ form: "intercept", id });

export const ownerOf = (token: { readonly id: TokenId }): string => token.id.slice(0, token.id.indexOf("/"));
