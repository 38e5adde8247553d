// For what tries the server as a whole from outside: nothing of the product imports it.
export { systemClock } from "./clock.ts";
export { bootOptions, type Surroundings } from "./compose.ts";
export { type Configuration, type ConfigurationSource, readConfiguration } from "./configuration.ts";
export { type Server, type ServerOptions, startServer } from "./server.ts";
export { knownVariables, readSettings, type Settings } from "./settings.ts";
