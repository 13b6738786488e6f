import { describe, expect, it } from 'vitest';
import type { Cause, Evidence, Report } from '../../api/investigations';
import { momentOfMillis } from '../../units/time';
import { detectionOf, heads, onsetOf, shortfalls } from './facts';
import { essential, marksOf, offset, place } from './timeline';

const at = (seconds: number) => momentOfMillis(1_787_306_400_000 + seconds * 1000);
const evidence = (id: string, onset?: number): Evidence => ({
  id,
  inspection: 'exclusive-time',
  statement: '',
  entity: '',
  significance: 1,
  observations: 1,
  traceIds: [],
  ...(onset !== undefined && { onset: at(onset) }),
});
const cause = (rank: number, incident: number, items: readonly Evidence[]): Cause => ({
  rank,
  incident,
  service: `s${rank}`,
  entity: 'service',
  factors: [],
  kind: 'slow-code',
  verdict: 'LIKELY',
  score: 0.5,
  summary: '',
  whys: [],
  evidence: [...items],
});
const alert = (name: string, source: string, start: number) => ({ name, source, start: at(start) });

const report = (part: Partial<Report> = {}): Report => ({
  schemaVersion: 1,
  verdict: 'LIKELY',
  headline: '',
  window: { start: at(0), end: at(600), origin: '' },
  baseline: { start: at(-900), end: at(-300), stretches: [{ start: at(-900), end: at(-300), spans: 10 }], reason: '' },
  impact: [],
  causes: [],
  propagation: [],
  fishbone: [],
  remedies: [],
  rejected: [],
  strata: [],
  security: [],
  timeline: [],
  alerts: [],
  similar: [],
  unknown: [],
  nextSteps: [],
  coverage: {
    windowTraces: 10,
    windowTracesRead: 10,
    baselineTraces: 20,
    baselineTracesRead: 20,
    logsRead: 5,
    metricSeries: 3,
    changes: 1,
  },
  ...part,
});

describe('what a report says at a glance', () => {
  it('begins with the first sign of the cause, whatever others showed before', () => {
    const causes = [cause(1, 1, [evidence('e1', 40), evidence('e2', 30), evidence('e3')]), cause(2, 0, [evidence('e4', 5)])];
    expect(onsetOf(report({ causes }), causes[0])).toBe(at(30));
  });

  it('falls back on the timeline, and says when there is no sign', () => {
    const timeline = [
      { time: at(-60), kind: 'change', text: 'deploy' },
      { time: at(12), kind: 'first-error', text: 'fails' },
    ];
    expect(onsetOf(report({ timeline }), undefined)).toBe(at(12));
    expect(onsetOf(report(), undefined)).toBeNull();
  });

  it('shows one cause for each incident that goes on at the same time', () => {
    const causes = [cause(1, 1, [evidence('e1')]), cause(2, 1, [evidence('e2')]), cause(3, 2, [evidence('e3')]), cause(4, 0, [])];
    expect(heads(report({ causes })).map((one) => one.rank)).toEqual([1, 3]);
  });

  it.each([
    ['the first alert from the onset on', [alert('late', 'x', 90), alert('early', 'x', 45), alert('before', 'x', -500)], 'early', 15e9],
    ['an alert a moment before, which is the same moment', [alert('clock', 'x', 25)], 'clock', 0],
  ])('was noticed by %s', (_, alerts, name, after) => {
    const found = detectionOf(report({ alerts }), at(30));
    expect([found?.name, found?.after]).toEqual([name, after]);
  });

  it('was noticed by nobody when no alert is recorded, or no onset is known', () => {
    expect(detectionOf(report(), at(30))).toBeNull();
    expect(detectionOf(report({ alerts: [alert('a', 'x', 50)] }), null)).toBeNull();
  });

  it('says every limit that was met and what was not there', () => {
    expect(shortfalls(report())).toEqual([]);
    const poor = {
      windowTraces: 100,
      windowTracesRead: 40,
      baselineTraces: 0,
      baselineTracesRead: 0,
      logsRead: 0,
      metricSeries: 0,
      changes: 0,
    };
    const told = shortfalls(report({ coverage: poor, baseline: { start: at(0), end: at(0), stretches: [], reason: '' } }));
    expect(told).toHaveLength(5);
    expect(told[0]).toContain('Of 100 traces of the window 40 were read');
  });
});

describe('the timeline', () => {
  const timeline = [
    { time: at(-60), kind: 'change', service: 'dns', text: 'resolver' },
    { time: at(0), kind: 'onset', service: 'dns', text: 'slow' },
    { time: at(1), kind: 'onset', service: 'dns', text: 'slower' },
    { time: at(2), kind: 'onset', service: 'orders', text: 'fails' },
    { time: at(40), kind: 'alert', service: 'gateway', text: 'HighErrorRate fires' },
  ];

  it('adds alerts and the recovery that it lacks, in order, and says what noticed the incident', () => {
    const marks = marksOf(
      report({
        timeline,
        alerts: [alert('HighErrorRate', 'alertmanager', 40), alert('Slow', 'grafana', 20)],
        recovery: { time: at(300), statement: 'as before' },
      }),
      at(0),
    );
    expect(marks.map((mark) => mark.kind)).toEqual(['change', 'onset', 'onset', 'onset', 'alert', 'alert', 'recovery']);
    expect(marks.filter((mark) => mark.remark !== undefined)).toEqual([
      expect.objectContaining({ time: at(20), remark: 'Noticed 20 s after the first sign.' }),
    ]);
  });

  it('needs only the first sign of each service at first', () =>
    expect(essential(marksOf(report({ timeline }), at(0))).map((mark) => mark.text)).toEqual([
      'resolver',
      'slow',
      'fails',
      'HighErrorRate fires',
    ]));

  it.each([
    [125, '+2 min 5 s'],
    [-40, '−40 s'],
    [0.2, '0 s'],
  ])('counts from the first sign: %d s', (seconds, expected) => expect(offset(at(0), at(seconds))).toBe(expected));

  it('is drawn to scale; what lies far before stands at its begin', () => {
    const far = { time: at(-90_000), kind: 'change', service: '', text: '' };
    const marks = [far, ...marksOf(report({ timeline }), at(0))];
    const { at: share } = place(report(), marks);
    expect(share(far.time)).toBe(0);
    expect(share(at(0))).toBeGreaterThan(share(at(-60)));
    expect(share(at(600))).toBeLessThan(1);
  });
});
