import { expect } from '@playwright/test';
import { expectAccessible, test } from './page';
import { startServer } from './world';

test('an empty installation loads the demonstration and finds its cause', async ({ page, browserName }) => {
  test.setTimeout(180_000);
  expect(browserName).toBe('chromium');
  const server = await startServer();
  const before = process.env.CLEW_PAGES;
  process.env.CLEW_PAGES = server.api; // Where the page may ask.
  try {
    await page.goto(`${server.api}/`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Nothing has arrived yet');
    await page.getByRole('link', { name: 'Python' }).press('Enter');
    await expect(page).toHaveURL(/sdk=python/);
    await expect(page.getByRole('region', { name: 'Lines for Python' })).toContainText('OTEL_EXPORTER_OTLP_ENDPOINT');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Load the demonstration' }).press('Enter');
    await expect(page.getByText('The demonstration is loaded.')).toBeVisible({ timeout: 60_000 });
    await expect(page.getByRole('link', { name: 'gateway', exact: true })).toBeVisible();
    await page.getByRole('link', { name: 'Find its cause' }).click();
    await expect(page.getByRole('main')).toContainText(/dns/, { timeout: 90_000 });
  } finally {
    await page.goto('about:blank'); // It would go on asking.
    process.env.CLEW_PAGES = before;
    await server.stop();
  }
});
