import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import tailwind from "@tailwindcss/vite";
import { defineConfig, type Plugin } from "vite";

export default defineConfig({
  plugins: [tailwind(), svelte(), versioned(), packed()],
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

/** Tells the page and its service worker their version, and the worker the files without which the page does not begin. */
function versioned(): Plugin {
  return {
    name: "versioned",
    apply: "build",
    writeBundle: {
      sequential: true,
      async handler({ dir = "dist" }, bundle) {
        const names = ["index.html", "shell-worker.js", "theme.js"] as const;
        const [page = "", worker = "", theme = ""] = await Promise.all(names.map((name) => readFile(join(dir, name), "utf8")));
        const hash = createHash("sha256").update([page, worker, theme, ...Object.keys(bundle).toSorted()].join("\n"));
        const version = hash.digest("hex").slice(0, 12);
        const shell = ["/", ...[...page.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path)];
        const told = worker
          .replace('version = "development"', `version = "${version}"`)
          .replace('shell = ["/"]', `shell = ${JSON.stringify(shell)}`);
        const marked = page.replace('name="version" content="development"', `name="version" content="${version}"`);
        if (!told.includes(version) || !told.includes("/assets/") || !marked.includes(version))
          throw new Error("there is no place for the version");
        await Promise.all([writeFile(join(dir, "shell-worker.js"), told), writeFile(join(dir, "index.html"), marked)]);
      },
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
    writeBundle: {
      order: "post",
      sequential: true,
      async handler({ dir = "dist" }) {
        const names = await readdir(dir, { recursive: true });
        await Promise.all(names.filter((name) => /\.(?:js|css|html|svg|webmanifest)$/.test(name)).map((name) => pack(join(dir, name))));
      },
    },
  };
}
