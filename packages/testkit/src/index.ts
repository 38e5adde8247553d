export { type ClockUnderTest, clockLaws } from "./clock-laws.ts";
export { FakeClock } from "./fake-clock.ts";
export type { Laws } from "./laws.ts";
