import { defineConfig } from '@playwright/test';

// Real pages in a real browser against a real server and store (tests/world.ts starts them). CLEW_CHROMIUM names the browser.
export default defineConfig({
  testDir: 'tests',
  fullyParallel: false,
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 }, // Machines that build and test at once are slow.
  reporter: [['list'], ['json', { outputFile: process.env.CLEW_PAGES_RESULTS ?? '../artifacts/web-tests.json' }]],
  globalSetup: './tests/world.ts',
  outputDir: '../artifacts/web-tests',
  use: {
    viewport: { width: 1280, height: 720 },
    launchOptions: {
      executablePath: process.env.CLEW_CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
    trace: 'retain-on-failure',
  },
});
