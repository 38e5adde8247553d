/** Beyond so many nothing more is told. */
const reasonsMax = 100;

/** Tells each reason once. */
export function onceEach(tell: (reason: string) => void): (reason: string) => void {
  const told = new Set<string>();
  return (reason) => {
    if (told.has(reason) || told.size >= reasonsMax) return;
    told.add(reason);
    tell(reason);
  };
}
