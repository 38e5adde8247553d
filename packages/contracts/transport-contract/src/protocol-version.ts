/** Of what clients and servers say to each other. It changes when an old client would misunderstand a new server. */
export const protocolVersion = 1;
