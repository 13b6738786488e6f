import { expect, test } from '@playwright/test';
import { join } from 'node:path';
import { startServer } from './world';

const folder = join(import.meta.dirname, '..', 'screenshots');
const at = (path: string) => `${process.env.CLEW_PAGES ?? ''}${path}`;
const range = 'since=30m';

/** Every page; JPEG, because a hundred pictures of pages as PNG weigh as much as all of the sources. */
const pages: readonly (readonly [name: string, path: () => string, press?: string])[] = [
  ['now', () => `/?${range}`],
  ['incidents', () => '/investigations'],
  ['investigation', () => `/investigate?at=${process.env.CLEW_INCIDENT ?? ''}`],
  ['traces', () => `/traces?${range}&limit=500`],
  ['trace', () => `/traces/${process.env.CLEW_FAILED_TRACE ?? ''}?critical=1`],
  ['trace-flame', () => `/traces/${process.env.CLEW_FAILED_TRACE ?? ''}?view=flame`],
  ['trace-services', () => `/traces/${process.env.CLEW_FAILED_TRACE ?? ''}?view=graph`],
  ['trace-compare', () => `/traces/compare?b=${process.env.CLEW_FAILED_TRACE ?? ''}`, 'Compare'],
  ['error-groups', () => `/traces?${range}&view=errors`],
  ['logs', () => `/logs?${range}`],
  ['log-patterns', () => `/logs?${range}&view=patterns`],
  ['changes', () => `/changes?${range}`],
  ['quality', () => '/quality'],
  ['settings', () => '/settings'],
  ['sampling', () => '/settings?view=sampling', 'Simulate'],
  ['redaction', () => '/settings?view=redaction', 'Show an example'],
  ['tools-time', () => '/tools/time?value=1787306400123&other=2026-08-21T12:00:01%2B02:00'],
  ['tools-json', () => '/tools/json'],
  ['tools-compare', () => '/tools/compare', 'Show an example'],
  ['tools-context', () => '/tools/context', 'Show an example'],
  // Numbers follow the spans by up to two minutes.
  ['services', () => `/services?${range}&view=list`],
  ['service-map', () => `/services?${range}`],
  ['service', () => `/services/payments?${range}`],
  [
    'metrics',
    () =>
      `/graph?${range}&q=${encodeURIComponent('sum by (service) (rate(traces_spanmetrics_calls_total{span_kind="SPAN_KIND_SERVER"}[5m]))')}`,
  ],
  ['dashboards', () => `/dashboards?${range}`],
  ['dashboards-on-call', () => `/dashboards?${range}&board=oncall`],
  ['dashboards-debug', () => `/dashboards?${range}&board=debug`],
  ['dashboards-tracing', () => `/dashboards?${range}&board=tracing`],
];

for (const theme of ['light', 'dark'] as const) {
  for (const [name, path, press] of pages) {
    test(`${name}, ${theme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      await page.goto(at(path()));
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible({ timeout: 90_000 });
      await page.waitForLoadState('networkidle');
      if (press !== undefined) {
        await page.getByRole('button', { name: press, exact: true }).last().click();
      }

      if (name === 'tools-json') {
        await page
          .getByRole('textbox', { name: 'JSON' })
          .fill(
            '{"traceId": "4bf92f3577b34da6a3ce929d0e0e4736", "start": 1787306400123456789, "spans": [{"id": 1, "name": "charge", "ok": false}]}',
          );
      }

      await page.waitForLoadState('networkidle');
      await expect(page.locator('[aria-busy=true]')).toHaveCount(0, { timeout: 90_000 });
      await page.screenshot({ path: join(folder, `${name}-${theme}.jpg`), type: 'jpeg', quality: 80 });
    });
  }
}

test('an empty installation', async ({ page }) => {
  const empty = await startServer();
  try {
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      await page.goto(empty.api);
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Nothing has arrived yet');
      await page.screenshot({ path: join(folder, `empty-${theme}.jpg`), type: 'jpeg', quality: 80 });
    }
  } finally {
    await empty.stop();
  }
});
