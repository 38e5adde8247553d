const inDollars = { style: "currency", currency: "USD" } as const;
const cents = new Intl.NumberFormat("en", inDollars);
const small = new Intl.NumberFormat("en", { ...inDollars, maximumSignificantDigits: 2 });
const [dimeUsd, leastUsd] = [0.1, 0.0001];

/** To the cent; of less than a dime what matters of it. */
export function dollars(usd: number): string {
  if (usd === 0 || usd >= dimeUsd) return cents.format(usd);
  return usd < leastUsd ? `under ${small.format(leastUsd)}` : small.format(usd);
}
