import { useMemo } from 'react';
import { clip } from '../../ui/clip';
import { Button, numberClass, NumberHeading, tableClass } from '../../ui/controls';
import { formatCount, formatShare } from '../../units/number';
import { formatDuration, nanos } from '../../units/time';
import type { Gap } from './gaps';
import { groupings, timesBy, type TraceModel } from './model';
import styles from './trace.module.css';

const shownRows = 1_000;
const shownGaps = 20;

const headings = { operation: 'Operation', service: 'Service', kind: 'Kind', peer: 'Called, sends no spans' } as const;

interface Props {
  readonly model: TraceModel;
  readonly gaps: readonly Gap[];
  readonly by: string | undefined;
  readonly change: (part: { by?: string | undefined }) => void;
  readonly showSpan: (span: number) => void;
}

/** Where the time of the trace went: by operation, service, kind or peer, and the stretches that no span explains. */
export function Statistics({ model, gaps, by, change, showSpan }: Props) {
  const grouping = groupings.find((one) => one === by) ?? 'operation';
  const rows = useMemo(() => timesBy(model, grouping), [model, grouping]);
  return (
    <div className={styles.tableWrap} role="region" aria-label="Statistics" tabIndex={0}>
      <div className={styles.statisticsHead} role="group" aria-label="Added up by">
        {groupings.map((one) => (
          <Button key={one} aria-pressed={one === grouping} onClick={() => change({ by: one === 'operation' ? undefined : one })}>
            By {one}
          </Button>
        ))}
      </div>
      {rows.length === 0 && <p className="quiet">No span of this trace calls something that sends no spans.</p>}
      {rows.length > 0 && (
        <table className={tableClass}>
          <caption className="visually-hidden">Time by {grouping}; what the request waited for longest first</caption>
          <thead>
            <tr>
              {grouping === 'operation' && <th scope="col">Service</th>}
              <th scope="col">{headings[grouping]}</th>
              <NumberHeading>Spans</NumberHeading>
              <NumberHeading>Failed</NumberHeading>
              <NumberHeading title="The part of the request's time that waited for this alone">Critical path</NumberHeading>
              <NumberHeading title="Time in which nothing below was running">Own time</NumberHeading>
              <NumberHeading>Median</NumberHeading>
              <NumberHeading>Longest</NumberHeading>
              <NumberHeading title="Spans that ran at the same time count each">Sum</NumberHeading>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, shownRows).map((row) => (
              <tr key={`${row.service} ${row.name}`}>
                {grouping === 'operation' && <td title={row.service}>{clip(row.service, 60)}</td>}
                <td title={grouping === 'service' ? row.service : row.name}>{clip(grouping === 'service' ? row.service : row.name)}</td>
                <td className={numberClass}>{formatCount(row.count)}</td>
                <td className={numberClass}>{row.errors > 0 ? formatCount(row.errors) : ''}</td>
                <td className={numberClass}>
                  {formatDuration(row.critical)} ({formatShare(model.duration > 0 ? row.critical / model.duration : 0)})
                </td>
                <td className={numberClass}>{formatDuration(row.self)}</td>
                <td className={numberClass}>{formatDuration(row.median)}</td>
                <td className={numberClass}>
                  <button type="button" className={styles.more} title="Show this span" onClick={() => showSpan(row.longestSpan)}>
                    {formatDuration(row.longest)}
                  </button>
                </td>
                <td className={numberClass}>{formatDuration(row.total)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {rows.length > shownRows && (
        <p className="quiet">
          The first {formatCount(shownRows)} of {formatCount(rows.length)}.
        </p>
      )}
      {gaps.length > 0 && <Gaps model={model} gaps={gaps} showSpan={showSpan} />}
    </div>
  );
}

function Gaps({ model, gaps, showSpan }: Pick<Props, 'model' | 'gaps' | 'showSpan'>) {
  const { outline } = model;
  const nameOf = (span: number): string => outline.names[outline.spans.name[span] ?? 0] ?? '';
  return (
    <>
      <h2>Gaps: time that no span explains</h2>
      <table className={tableClass}>
        <thead>
          <tr>
            <NumberHeading>Length</NumberHeading>
            <NumberHeading>Begins after</NumberHeading>
            <th scope="col">Within</th>
            <th scope="col">Between</th>
          </tr>
        </thead>
        <tbody>
          {gaps.slice(0, shownGaps).map((gap) => (
            <tr key={`${gap.span} ${gap.start}`}>
              <td className={numberClass}>{formatDuration(gap.duration)}</td>
              <td className={numberClass}>{formatDuration(nanos(gap.start))}</td>
              <td>
                <button type="button" className={styles.more} onClick={() => showSpan(gap.span)}>
                  {outline.services[outline.spans.service[gap.span] ?? 0]?.name}: {nameOf(gap.span)}
                </button>
              </td>
              <td>
                {gap.after < 0 ? 'its start' : nameOf(gap.after)} and {gap.before < 0 ? 'its end' : nameOf(gap.before)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {gaps.length > shownGaps && (
        <p className="quiet">
          The longest {shownGaps} of {formatCount(gaps.length)}.
        </p>
      )}
    </>
  );
}
