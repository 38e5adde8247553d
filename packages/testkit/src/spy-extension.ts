import type { Extension, Host } from "@dispatch/kernel";

/** The same extension, with what it asks of its host written down as `verb token`: `provide todo/board`. */
export interface SpyExtension {
  readonly extension: Extension;
  readonly calls: readonly string[];
}

export function spyOn(extension: Extension): SpyExtension {
  const calls: string[] = [];
  const spied: Extension = { ...extension, activate: (host) => extension.activate(noting(host, (call) => calls.push(call))) };
  return { extension: spied, calls };
}

function noting(host: Host, note: (call: string) => void): Host {
  return {
    ...host,
    provide(service, implementation) {
      note(`provide ${service.id}`);
      return host.provide(service, implementation);
    },
    use(service) {
      note(`use ${service.id}`);
      return host.use(service);
    },
    contribute(point, item) {
      note(`contribute ${point.id} ${point.keyOf(item)}`);
      return host.contribute(point, item);
    },
    on: ((hook: never, handler: never) => {
      note(`on ${(hook as { readonly id: string }).id}`);
      return host.on(hook, handler);
    }) as Host["on"],
    own(resource) {
      note("own");
      return host.own(resource);
    },
    spawn(name, task) {
      note(`spawn ${name}`);
      return host.spawn(name, task);
    },
  };
}
