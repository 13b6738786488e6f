import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** Puts a packed twin beside every file that gains by it; the server gives a browser the one it can read. */
function packed(): Plugin {
  let folder = '';
  return {
    name: 'packed',
    apply: 'build',
    configResolved: (config) => {
      folder = resolve(config.root, config.build.outDir, 'assets');
    },
    closeBundle: () => {
      for (const name of readdirSync(folder)) {
        const file = join(folder, name);
        if (statSync(file).size > 1_000) {
          const content = readFileSync(file);
          writeFileSync(`${file}.br`, brotliCompressSync(content));
          writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
        }
      }
    },
  };
}

/** Bytes, packed by gzip, that somebody's browser fetches before the first page is there. More ends the build. */
const mostOfFirstLoad = 350_000;
const firstPage = 'features/now/NowPage.tsx';

/** Adds up what the first load takes, the entry and the first page with all that they import, and refuses a build that grew too large. */
function firstLoad(): Plugin {
  return {
    name: 'first-load',
    apply: 'build',
    generateBundle(_, bundle) {
      const wanted = Object.values(bundle).filter(
        (file) => file.type === 'chunk' && (file.isEntry || file.facadeModuleId?.endsWith(firstPage) === true),
      );
      if (wanted.length < 2) {
        this.error(`The entry and ${firstPage} were expected among the chunks; the check of the first load has to follow them.`);
      }

      const seen = new Map<string, number>();
      const add = (name: string) => {
        const file = bundle[name];
        if (!file || seen.has(name)) {
          return;
        }

        seen.set(name, gzipSync(file.type === 'chunk' ? file.code : file.source, { level: 9 }).byteLength);
        if (file.type === 'chunk') {
          file.imports.forEach(add);
          file.viteMetadata?.importedCss.forEach(add);
        }
      };
      wanted.forEach((file) => add(file.fileName));
      const sum = [...seen.values()].reduce((all, size) => all + size, 0);
      this.info(`the first load takes ${(sum / 1000).toFixed(0)} kB of ${mostOfFirstLoad / 1000} kB, packed`);
      if (sum > mostOfFirstLoad) {
        const largest = [...seen].sort((a, b) => b[1] - a[1]).slice(0, 5);
        this.error(
          `The first load takes ${sum} bytes packed, more than ${mostOfFirstLoad}: load by route what the first page does not need. ` +
            `The largest: ${largest.map(([name, size]) => `${name} (${size})`).join(', ')}.`,
        );
      }
    },
  };
}

// The server serves what is built here: see docs/adr and src/Clew.Server/Web. While developing, `npm run dev` asks a server on its usual port.
export default defineConfig({
  plugins: [react(), packed(), firstLoad()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    sourcemap: false,
    assetsInlineLimit: 0, // data: addresses would need a wider Content-Security-Policy
    chunkSizeWarningLimit: 1600,
  },
  server: {
    host: '127.0.0.1',
    proxy: Object.fromEntries(
      ['/api', '/jaeger', '/tempo', '/loki', '/prometheus'].map((path) => [path, process.env.CLEW_URL ?? 'http://127.0.0.1:2539']),
    ),
  },
  test: { exclude: ['tests/**', 'node_modules/**'], include: ['src/**/*.test.ts', 'src/**/*.test.tsx'] },
});
