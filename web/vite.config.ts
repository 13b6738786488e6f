import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
      folder = join(config.root, config.build.outDir, 'assets');
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

// The server serves what is built here: see docs/adr and src/Clew.Server/Web. While developing, `npm run dev` asks a server on its usual port.
export default defineConfig({
  plugins: [react(), packed()],
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
