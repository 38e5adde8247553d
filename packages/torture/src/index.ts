export type { Failure, Section, SectionOptions, SectionReport } from "./section.ts";
