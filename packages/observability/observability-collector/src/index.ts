export { type CollectOptions, collect, type Retention } from "./collect.ts";
