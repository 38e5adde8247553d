import { fakeServer, realClock } from "./language.fixture.ts";
import { startServer } from "./process.ts";

/** A process that starts a server and is then killed by its test: node killed-server.fixture.ts <folder> */
const [folder = "/"] = process.argv.slice(2);
startServer(
  { words: [process.execPath, fakeServer, "child", "hang-shutdown"], cwd: folder, environment: { PWD: folder, PATH: "/usr/bin:/bin" } },
  realClock,
);
setInterval(() => {}, 1_000);
