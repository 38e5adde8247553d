/** Up and down lead through everything below an element that is marked with `data-walk`. */
export function walk(event: KeyboardEvent): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (step === 0 || event.altKey || event.ctrlKey || event.metaKey || !(event.currentTarget instanceof HTMLElement)) return;
  const { currentTarget, target } = event;
  const places = [...currentTarget.querySelectorAll<HTMLElement>("[data-walk]")];
  const at = target instanceof HTMLElement ? places.indexOf(target) : -1;
  const next = places[at + step];
  if (at === -1 || next === undefined) return;
  event.preventDefault();
  next.focus();
}
