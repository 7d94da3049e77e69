import { describe, expect, it } from "vitest";
import { createFakeClock } from "../support/fake-clock.js";
import { createHarness, TASKS } from "../support/harness.js";
import { subscribe, WAYS } from "../support/live.js";

const EVERY = 15_000;

describe.each(WAYS)("a list that is watched over %s", (way) => {
  it("tells what has come, changed and gone, and reads the list once each interval", async () => {
    const clock = createFakeClock();
    const harness = await createHarness({ clock });
    const marker = harness.sandbox.world.addMarker(3);
    const live = subscribe(way, harness.url, { userId: marker.ids.open_id });
    expect(await live.change()).toMatchObject({ tasks: [], removedIds: [], total: 3, interruption: null });
    expect(harness.calls(TASKS)).toBe(1);
    const fresh = harness.sandbox.world.newTask();
    const [first, second] = marker.tasks as [(typeof marker.tasks)[0], (typeof marker.tasks)[0]];
    first.activity_status = 2;
    marker.tasks.splice(1, 1);
    marker.tasks.push(fresh);
    await clock.advance(EVERY);
    expect(await live.change()).toMatchObject({
      tasks: [
        { id: first.id, status: "MARKED" },
        { id: fresh.id, status: fresh.activity_status === 2 ? "MARKED" : "PENDING" },
      ],
      removedIds: [second.id],
      total: 3,
    });
    expect(harness.calls(TASKS)).toBe(2);
  });
});
