export { isDeeper } from "./json-depth.ts";
