import { expect, type Page } from '@playwright/test';
import { sendIncident, type PastIncident } from './incident';
import { at, expectAccessible, test } from './page';

let incident: PastIncident;
/** Where the report about it is. */
let reportPath = '';

test.beforeAll(async () => {
  incident = await sendIncident();
  const answer = await fetch(at('/api/investigations'), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ alert: 'sales-are-slow' }),
  });
  reportPath = (answer.headers.get('Content-Location') ?? '').replace('/api', '');
});

/** Presses Tab until what has the focus is called so; nothing else than the keyboard is used. */
async function tabTo(page: Page, name: RegExp, most = 120): Promise<void> {
  for (let i = 0; i < most; i++) {
    await page.keyboard.press('Tab');
    const text = await page.evaluate(() => {
      const element = document.activeElement;
      return element?.getAttribute('aria-label') ?? element?.textContent ?? '';
    });
    if (name.test(text)) {
      return;
    }
  }

  throw new Error(`Tab does not lead to ${name.source}`);
}

test('from the alert on Now to the cause and its proof, by keyboard alone', async ({ page }) => {
  await page.goto(at('/'));
  const alerts = page.locator('section', { has: page.getByRole('heading', { name: 'Firing alerts' }) });
  await expect(alerts).toContainText('SalesAreSlow');
  await tabTo(page, /^Investigate$/);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/investigations\/[0-9a-f]{16}$/, { timeout: 30_000 });
  await expect(page.getByRole('heading', { level: 1 })).toContainText('stock');
  await expect(page.getByRole('list', { name: 'From the trigger to the impact' })).toContainText('stock 7.1');
  await expect(page.getByRole('heading', { name: 'Do now' })).toBeVisible();

  // A piece of evidence opens where it stands, with the request that shows it.
  await tabTo(page, /^Traces.{20}/);
  await page.keyboard.press('Enter');
  await expect(page.locator('figure').first()).toContainText('till: POST /sale');
  await expect(page).toHaveURL(/open=e\d+/);
  await tabTo(page, /^till: POST \/sale$/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('treegrid')).toContainText('SELECT shelves');
  await page.goBack();
  await expect(page.locator('figure').first()).toContainText('till: POST /sale');
});

test('a report can be read by everybody', async ({ page }) => {
  await page.goto(at(reportPath));
  await expect(page.getByRole('heading', { name: 'Timeline' })).toBeVisible();
  const closed = page.locator('#why').getByRole('button', { expanded: false });
  for (let left = await closed.count(); left > 0; left--) {
    await closed.first().click();
    await expect(closed).toHaveCount(left - 1);
  }

  await expect(page.getByText('Reading the')).toHaveCount(0);
  await expectAccessible(page);
  await page.goto(at(`${reportPath}?view=postmortem`));
  await expect(page.getByRole('heading', { name: /^Postmortem:/ })).toBeVisible();
  await expect(page.getByRole('textbox', { name: /postmortem as Markdown/ })).toBeVisible();
  await expectAccessible(page);
  for (const path of ['/investigations', '/investigate', '/']) {
    await page.goto(at(path));
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expectAccessible(page);
  }
});

test('the change that did it is shown with what it changed, and the innocent are told apart', async ({ page }) => {
  await page.goto(at(reportPath));
  await expect(page.locator('#timeline')).toContainText('SalesAreSlow');
  await expect(page.locator('#timeline')).toContainText(/Noticed .* after the first sign/);
  await page.getByRole('button', { name: /Change\s+stock 7\.1/ }).click();
  await expect(page.locator('#why')).toContainText('+SELECT * FROM shelves WHERE label LIKE $1');
  await expect(page.locator('#rejected')).toBeVisible();
});

test('what is open stands in the address, and is there again', async ({ page }) => {
  await page.goto(at(reportPath));
  await page.locator('#why').getByRole('button', { expanded: false }).first().click();
  await page.keyboard.press('v');
  await expect(page.getByRole('status').filter({ hasText: 'pieces of evidence' })).toContainText('the same figures');
  const address = page.url();
  expect(address).toMatch(/verify=1/);
  await page.reload();
  await expect(page).toHaveURL(address);
  await expect(page.locator('#why').getByRole('button', { expanded: true })).toHaveCount(1);
  await expect(page.getByRole('status').filter({ hasText: 'pieces of evidence' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.locator('#why').getByRole('button', { expanded: true })).toHaveCount(0);
});

test('how it spread is played step by step, with the keyboard too', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(at(reportPath));
  const spread = page.locator('#propagation');
  const slider = spread.getByRole('slider', { name: 'Step' });
  const steps = Number(await slider.getAttribute('max'));
  expect(steps).toBeGreaterThan(1);
  for (let step = steps; step > 1; step--) {
    await page.keyboard.press('[');
  }

  await expect(slider).toHaveValue('1');
  await expect(page).toHaveURL(/step=1/);
  await expect(spread.getByText('not yet').first()).toBeVisible();
  await spread.getByText('The same as a table').click();
  await expect(spread.getByRole('row')).toHaveCount(steps + 1);
  await expect(spread.locator('tr[aria-current=step]')).toHaveCount(1);
  await page.keyboard.press('p');
  await expect(spread.getByText('not yet')).toHaveCount(0, { timeout: 20_000 });
  await expect(spread.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
});

test('a postmortem is edited, kept, taken along and discarded', async ({ page }) => {
  await page.goto(at(`${reportPath}?view=postmortem`));
  const editor = page.getByRole('textbox', { name: /postmortem as Markdown/ });
  await editor.click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.insertText('# Sales stood still <script>alert(1)</script>\n\n');
  const preview = page.getByRole('region', { name: 'Preview' });
  await expect(preview.getByRole('heading', { name: /Sales stood still/ })).toContainText('<script>');
  await expect(page.getByText('Your changes are kept in this browser')).toBeVisible();
  await page.reload();
  await expect(preview.getByRole('heading', { name: /Sales stood still/ })).toBeVisible();
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download .md' }).click();
  expect((await saving).suggestedFilename()).toMatch(/^postmortem-[0-9a-f]{16}\.md$/);
  await page.getByRole('button', { name: 'Discard my changes' }).click();
  await expect(preview.getByRole('heading', { name: /Sales stood still/ })).toHaveCount(0);
  await page.getByRole('button', { name: 'Runbook' }).click();
  await expect(preview.getByRole('heading', { level: 1 })).toContainText('Runbook');
});

test('a quiet time is an answer, and a broken question says what to do', async ({ page }) => {
  const quiet = { start: new Date(incident.trouble - 8 * 60_000), end: new Date(incident.trouble - 4 * 60_000) };
  await page.goto(at(`/investigate?start=${quiet.start.toISOString()}&end=${quiet.end.toISOString()}`));
  await expect(page.getByText(/^(?:Why this is an answer|Why no cause is named)$/)).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('link', { name: 'Name a trace, a user, a message or a service' })).toBeVisible();
  await expectAccessible(page);

  await page.goto(at('/investigate?trace=1234'));
  await expect(page.getByRole('alert')).toContainText('a trace that is stored');
  await page.getByRole('button', { name: 'Change the question' }).click();
  await expect(page.getByLabel('Trace id', { exact: true })).toHaveValue('1234');
  await page.getByLabel('Trace id', { exact: true }).fill(incident.failing);
  await page.getByRole('button', { name: 'Find the cause' }).click();
  await expect(page).toHaveURL(/\/investigations\/[0-9a-f]{16}$/, { timeout: 30_000 });
  await page.goto(at('/investigations/0000000000000000'));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This investigation is not remembered.');
});

test('what takes too long is cancelled, and can be asked again', async ({ page }) => {
  await page.route('**/api/investigations', (route) => (route.request().method() === 'POST' ? undefined : route.continue()));
  await page.goto(at('/investigate?service=till'));
  await expect(page.getByText('Finding where to look')).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('status')).toContainText('Cancelled.');
  await page.unroute('**/api/investigations');
  await page.getByRole('button', { name: 'Ask again' }).click();
  await expect(page.getByRole('button', { name: 'Report', exact: true })).toBeVisible({ timeout: 30_000 });
});

test('an incident comes to the page by itself', async ({ page }) => {
  await page.goto(at('/'));
  await expect(page.getByText('Live', { exact: true })).toBeVisible();
  await fetch(at('/api/alerts'), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      name: 'Errors of kiosk',
      source: 'clew',
      fingerprint: 'incident-of-the-test',
      service: 'kiosk',
      severity: 'critical',
      summary: '40 % of kiosk GET / fail, usually 0 %',
      startsAt: new Date().toISOString(),
    }),
  });
  await expect(page.getByRole('article').filter({ hasText: 'kiosk' })).toContainText('open, critical', { timeout: 10_000 });
  await fetch(at('/api/alerts'), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      name: 'SalesAreSlow',
      source: 'alertmanager',
      fingerprint: 'sales-are-slow',
      service: 'till',
      status: 'resolved',
      startsAt: new Date(incident.trouble + 45_000).toISOString(),
      endsAt: new Date(incident.end).toISOString(),
    }),
  });
  await expect(page.getByText('SalesAreSlow')).toHaveCount(0, { timeout: 10_000 });
});

test('Now and a report fit on a phone', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const path of ['/', reportPath, '/investigations', '/investigate']) {
    await page.goto(at(path));
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.locator('[aria-busy=true]')).toHaveCount(0);
    const overflow = await page.locator('#main').evaluate((main) => main.scrollWidth - main.clientWidth);
    expect(overflow, `${path} is wider than a phone`).toBeLessThanOrEqual(0);
    await expectAccessible(page);
  }
});
