import { expect, test } from "vitest";
import { linuxName } from "./machine.ts";

const debian = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nID=debian\n';

test.each([
  ["as it calls itself", debian, "6.1.0-18-amd64", "Debian GNU/Linux 12 (bookworm)"],
  ["without quotes", "NAME=Alpine\n", "6.1", "Alpine"],
  ["in single quotes", "NAME='Void Linux'\r\n", "6.1", "Void Linux"],
  ["that does not say", "ID=x\nPRETTY_NAME=\n", "6.1", "Linux"],
  ["without the file", "", "6.1", "Linux"],
  ["under WSL 2", debian, "5.15.90.1-microsoft-standard-WSL2", "Debian GNU/Linux 12 (bookworm) (WSL)"],
  ["under WSL 1", "", "4.4.0-19041-Microsoft", "Linux (WSL)"],
])("a Linux %s", (_, osRelease, kernelRelease, name) => {
  expect(linuxName(osRelease, kernelRelease)).toBe(name);
});
