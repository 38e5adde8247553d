/** What every implementation of a contract must do. A law is a name and a function, so that any runner can run it; it fails by throwing. */
export type Laws<T> = { readonly [name: string]: (open: () => Promise<T>) => Promise<void> };
