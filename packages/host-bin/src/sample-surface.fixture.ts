import { defineExtension, type Extension, type Host } from "@dispatch/kernel";
import { defineSurface, type Surface, type SurfaceFields, Surfaces } from "@dispatch/surface-registry/contract";
import { testExtension } from "@dispatch/testkit";

interface Act {
  readonly actionId: string;
  readonly payload: unknown;
  readonly conversationId: string | undefined;
}

interface SampleSurface {
  readonly extension: Extension;
  /** What clients asked of it. */
  readonly acts: readonly Act[];
  show(fields: SurfaceFields): void;
  /** As an extension does whose reason to show it has gone. */
  leave(): void;
  come(): void;
}

interface SampleOptions {
  readonly id: string;
  readonly title: string;
  readonly scope: "global" | "conversation";
  readonly actionIds?: readonly string[];
  readonly fields: (conversationId: string | undefined) => SurfaceFields;
}

/** A surface that no client was written for, of an extension that the server's list does not have. Its actions do nothing but be noted. */
export function sampleSurface({ id, title, scope, actionIds = [], fields }: SampleOptions): SampleSurface {
  const hosts: Host[] = [];
  const acts: Act[] = [];
  let read = fields;
  let tell = () => {};
  let shown: Disposable | undefined;
  const surface: Surface = defineSurface({
    id,
    region: "side",
    title,
    scope,
    read: (conversationId) => read(conversationId),
    changes: (signal) =>
      new ReadableStream<undefined>({
        start(controller) {
          tell = () => controller.enqueue(undefined);
          signal.addEventListener("abort", () => controller.close());
        },
      }).values(),
    actions: Object.fromEntries(
      actionIds.map((actionId) => [
        actionId,
        async (payload: unknown, conversationId: string | undefined) => void acts.push({ actionId, payload, conversationId }),
      ]),
    ),
  });
  const come = () => {
    shown = hosts[0]?.contribute(Surfaces, surface);
  };
  return {
    extension: defineExtension({
      ...testExtension(`sample-${id}`),
      dependsOn: ["surface-registry"],
      activate(host) {
        hosts.push(host);
        come();
      },
    }),
    acts,
    show(given) {
      read = () => given;
      tell();
    },
    come,
    leave: () => shown?.[Symbol.dispose](),
  };
}
