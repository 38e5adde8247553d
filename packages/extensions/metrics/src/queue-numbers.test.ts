import { expect, test } from "vitest";
import { conversationsMax, QueueNumbers } from "./queue-numbers.ts";

const values = (queues: QueueNumbers) => queues.read().map(({ samples }) => samples[0]);

test("messages and conversations that wait are counted, and no longer when they wait no more", () => {
  const queues = new QueueNumbers();
  queues.queueChanged("a", 2);
  queues.queueChanged("b", 1);
  queues.queueChanged("a", 3);
  queues.statusChanged("a", "queued");
  expect(values(queues)).toEqual([{ value: 4 }, { value: 2 }, { value: 1 }]);
  queues.queueChanged("a", 0);
  queues.statusChanged("a", "active");
  expect(values(queues)).toEqual([{ value: 1 }, { value: 1 }, { value: 0 }]);
});

test("conversations without end are not held without end", () => {
  const queues = new QueueNumbers();
  for (let n = 0; n < conversationsMax + 10; n++) {
    queues.queueChanged(`c${n}`, 1);
    queues.statusChanged(`c${n}`, "queued");
  }
  expect(values(queues).map((sample) => sample && "value" in sample && sample.value)).toEqual([
    conversationsMax,
    conversationsMax,
    conversationsMax,
  ]);
});
