import { expect, test } from "vitest";
import { bubblewrapWords, type View } from "./bubblewrap.ts";

const view: View = {
  writable: ["/w"],
  readOnly: ["/w/.git/hooks"],
  pinned: ["/w/.git"],
  hiddenAround: [],
  hiddenFolders: ["/w/data"],
  hiddenFiles: ["/w/.env"],
  readable: ["/w/data/scratch/1"],
  temporary: ["/tmp"],
  back: [],
  network: false,
  cwd: "/w",
};
const lineOf = (more: Partial<View> = {}) => bubblewrapWords({ ...view, ...more }, { tmpBytesMax: 1 }, { disableUserns: true }).join(" ");

test("what is hidden lies over what is writable, and what is readable over what is hidden", () => {
  const line = lineOf();
  const order = [
    "--ro-bind / /",
    "--tmpfs /tmp",
    "--bind /w /w",
    "--bind /w/.git ",
    "--ro-bind /w/.git/hooks",
    "--tmpfs /w/data",
    "/w/data/scratch/1",
    "/dev/null /w/.env",
  ];
  const places = order.map((words) => line.indexOf(words));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places).not.toContain(-1);
});

test("nothing is shared and nothing lives longer, unless the network is granted", () => {
  for (const word of [
    "--unshare-all",
    "--unshare-user",
    "--disable-userns",
    "--die-with-parent",
    "--new-session",
    "--cap-drop ALL",
    "--remount-ro /proc",
  ])
    expect(lineOf()).toContain(word);
  expect(lineOf()).not.toContain("--share-net");
  expect(lineOf({ network: true })).toContain("--share-net");
});
