/** What tests of other doors stand on. */
export { type RawSocket, rawRequest, rawSocket } from "./raw-socket.fixture.ts";
export { systemClock } from "./server.fixture.ts";
export { type Closing, connectSocket, handshake, type SocketClient } from "./web-socket.fixture.ts";
