import type { ModelCard } from "@dispatch/kernel";

export interface KnownCards {
  of(id: string): Omit<ModelCard, "id"> | undefined;
  /** Keeps what a server tells of a model, and gives it together with what was known. */
  told(card: ModelCard): ModelCard;
}

/**
 * What is known of models: written down beforehand, then told by the server, which counts more. A dated or latest version is known as its model, but for its
 * price: that is what was told last, of that very version.
 */
export function knownCards(written: readonly ModelCard[]): KnownCards {
  const cards = new Map(written.map((card) => [card.id, card]));
  const of = (id: string) => cards.get(id) ?? cards.get(id.replace(version, ""));
  return {
    of,
    told(card) {
      const { price: _, ...lasting } = of(card.id) ?? {};
      const known = { ...lasting, ...card };
      cards.set(card.id, known);
      return known;
    },
  };
}

const version = /[-@](\d{8}|\d{4}-\d{2}-\d{2}|latest|0\d\d)$/;
