import { expect } from '@playwright/test';
import { at, expectAccessible, test } from './page';
import { traceIdOf } from './world';

const boards = [
  ['', 'Objectives'],
  ['oncall', 'Newest failed traces'],
  ['debug', 'Find a request'],
  ['tracing', 'The ten measures'],
] as const;

for (const [board, panel] of boards) {
  test(`the dashboard with “${panel}” can be read by everybody`, async ({ page }) => {
    await page.goto(at(`/dashboards?board=${board}`));
    await expect(page.getByRole('region', { name: panel, exact: true })).toBeVisible();
    await expectAccessible(page);
  });
}

test('on call, one click leads to a trace that failed', async ({ page }) => {
  await page.goto(at('/'));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Now');
  // The second key has to follow within a second, which a busy machine may miss.
  await expect(async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('b');
    await expect(page).toHaveURL(/\/dashboards/, { timeout: 2_000 });
  }).toPass();
  await page.getByRole('button', { name: 'On call' }).click();
  await expect(page).toHaveURL(/board=oncall/);
  await page
    .getByRole('region', { name: 'Failed traces' })
    .getByRole('link', { name: /POST \/checkout/ })
    .first()
    .click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('gateway: POST /checkout');
  await page.goBack();
  await expect(page.getByRole('region', { name: 'Newest failed traces' })).toBeVisible();
});

test('debugging begins with an id', async ({ page }) => {
  await page.goto(at('/dashboards?board=debug'));
  await page.getByLabel('Trace id, or a traceparent header').fill(traceIdOf(9));
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(traceIdOf(9)));
  await page.goto(at('/dashboards?board=debug'));
  await page.getByLabel('User id').fill('user-10');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('row', { name: /gateway POST \/checkout/ })).toHaveCount(1);
});

test('what was promised is in the address, and panels say what they ask', async ({ page }) => {
  await page.goto(at('/dashboards?slo=95&faster=128'));
  await expect(page.getByLabel('Requests that succeed')).toHaveValue('0.95');
  await expect(page.getByLabel('Requests faster than')).toHaveValue('0.128');
  await page.getByLabel('Requests that succeed').selectOption('0.99');
  await expect(page).toHaveURL(/slo=99(?:&|$)/);
  const panel = page.getByRole('region', { name: 'Spans per second' });
  await panel.getByText('Query').click();
  await expect(panel).toContainText('sum(rate(traces_spanmetrics_calls_total[5m]))');
  await page.getByRole('link', { name: 'Open Spans per second in Metrics' }).click();
  await expect(page.getByRole('textbox', { name: 'PromQL query A' })).toHaveText('sum(rate(traces_spanmetrics_calls_total[5m]))');
});

test('the measures of the tracing say when they are not known', async ({ page }) => {
  await page.goto(at('/dashboards?board=tracing'));
  const rows = page.getByRole('region', { name: 'The ten measures' }).getByRole('row');
  await expect(rows.filter({ hasText: /^M1 / })).toContainText('/s');
  await expect(rows.filter({ hasText: /^M5 / })).toContainText('not known');
  await expect(rows.filter({ hasText: /^M10 / })).toContainText('Errors with a trace');
});

test('a stretch of time that was chosen anywhere is one click away from its cause', async ({ page }) => {
  const [start, end] = [Date.now() - 900_000, Date.now()].map((at) => new Date(at).toISOString());
  for (const [path, service] of [
    ['/dashboards', null],
    ['/services/payments', 'payments'],
    ['/graph', null],
  ] as const) {
    await page.goto(at(`${path}?start=${start ?? ''}&end=${end ?? ''}`));
    const why = page.getByRole('link', { name: 'Investigate this' });
    await expect(why).toHaveAttribute('href', /^\/investigate\?start=.*end=/);
    await expect(why).toHaveAttribute('href', service === null ? /^(?!.*service=)/ : /service=payments/);
  }

  await page.goto(at('/dashboards'));
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Investigate this' })).toHaveCount(0);
});
