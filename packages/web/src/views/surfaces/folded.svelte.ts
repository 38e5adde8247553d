const key = "dispatch.sidebar.views";

/** Which surfaces a person folded, kept in this browser. */
class FoldedSurfaces {
  #ids = $state.raw<ReadonlySet<string>>(stored());

  has(surfaceId: string): boolean {
    return this.#ids.has(surfaceId);
  }

  toggle(surfaceId: string): void {
    const ids = new Set(this.#ids);
    if (!ids.delete(surfaceId)) ids.add(surfaceId);
    this.#ids = ids;
    localStorage.setItem(key, JSON.stringify({ folded: [...ids] }));
  }
}

function stored(): ReadonlySet<string> {
  try {
    const folded: unknown = JSON.parse(localStorage.getItem(key) ?? "{}")?.folded;
    return new Set(Array.isArray(folded) ? folded.filter((id) => typeof id === "string") : []);
  } catch {
    return new Set();
  }
}

export const foldedSurfaces = new FoldedSurfaces();
