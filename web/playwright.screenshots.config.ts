import { defineConfig } from '@playwright/test';
import tests from './playwright.config';

// `make screenshots`: every page in light and dark, of the demonstration that comes with Clew (tests/demonstration.ts starts and loads the server).
export default defineConfig(tests, {
  testMatch: '*.shots.ts',
  globalSetup: './tests/demonstration.ts',
  reporter: 'list',
  timeout: 180_000,
});
