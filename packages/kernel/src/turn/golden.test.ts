import { expect, test } from "vitest";
import { goldenScenes } from "./golden-scenes.fixture.ts";
import { play } from "./turn.fixture.ts";

/** The files are the protocol as it is spoken: read a change of them as a change of what clients get. */
for (const [name, { title, scene }] of Object.entries(goldenScenes)) {
  test(title, async () => {
    const { ndjson, clock, model } = await play(scene());
    await expect(ndjson).toMatchFileSnapshot(`./golden/${name}.ndjson`);
    await clock.advance(0);
    expect([clock.sleeping, model.open], "timers and requests left behind").toEqual([0, 0]);
  });
}
