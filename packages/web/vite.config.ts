import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import tailwind from "@tailwindcss/vite";
import { defineConfig, type Plugin } from "vite";

export default defineConfig({
  plugins: [tailwind(), svelte(), shellWorker(), packed()],
  server: { port: 24204, strictPort: true },
  build: {
    target: "es2024",
    // A data URL would need a wider Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 900,
  },
  worker: { format: "es" },
});

/** Tells the service worker its version, and the files without which the page does not begin. */
function shellWorker(): Plugin {
  return {
    name: "shell-worker",
    apply: "build",
    async writeBundle({ dir = "dist" }, bundle) {
      const [page, theme, worker] = await Promise.all(
        ["index.html", "theme.js", "shell-worker.js"].map((name) => readFile(join(dir, name), "utf8")),
      );
      if (page === undefined || worker === undefined) throw new Error("the build has no page");
      const files = [...page.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path);
      const hash = createHash("sha256").update([page, theme, worker, ...Object.keys(bundle).toSorted()].join("\n"));
      const told = worker
        .replace('const version = "development";', `const version = "${hash.digest("hex").slice(0, 12)}";`)
        .replace('const shell = ["/"];', `const shell = ${JSON.stringify(["/", ...files])};`);
      if (told.includes('"development"') || told.includes('["/"]'))
        throw new Error("public/shell-worker.js has no place for its version and files");
      await writeFile(join(dir, "shell-worker.js"), told);
    },
  };
}

/** Beside each text file its packed forms, so that the server packs nothing. */
function packed(): Plugin {
  const sizeBytesMin = 1_024;
  const [brotli, gz] = [promisify(brotliCompress), promisify(gzip)];
  const pack = async (path: string): Promise<void> => {
    const bytes = await readFile(path);
    if (bytes.length < sizeBytesMin) return;
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
    await Promise.all([
      brotli(bytes, quality).then((small) => writeFile(`${path}.br`, small)),
      gz(bytes).then((small) => writeFile(`${path}.gz`, small)),
    ]);
  };
  return {
    name: "packed",
    apply: "build",
    async writeBundle({ dir = "dist" }) {
      const names = await readdir(dir, { recursive: true });
      await Promise.all(names.filter((name) => /\.(?:js|css|html|svg|webmanifest)$/.test(name)).map((name) => pack(join(dir, name))));
    },
  };
}
