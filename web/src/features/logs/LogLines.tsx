import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, useState } from 'react';
import type { LogLine } from '../../api/query';
import { usePreferences } from '../../app/preferences';
import { Button } from '../../ui/controls';
import { serviceColor } from '../../ui/serviceColor';
import { formatCount } from '../../units/number';
import { add, formatMoment, nanos } from '../../units/time';
import { absoluteRange } from '../../url/range';
import { InvestigateLink } from '../investigation/InvestigateLink';
import { Context } from './Context';
import { levelOf, levels } from './levels';
import styles from './logs.module.css';

/** Labels that Loki's clients call the stream's. */
export const streamLabels = new Set([
  'service_name',
  'service_namespace',
  'service_instance_id',
  'k8s_pod_name',
  'k8s_container_name',
  'k8s_namespace_name',
  'deployment_environment_name',
]);

export interface LogEdits {
  readonly label: (name: string, operator: '=' | '!=', value: string, isStream: boolean) => void;
  readonly line: (operator: '|=' | '!=', text: string) => void;
}

/** Characters of a line in its row, and of one that is open until all of it is asked for: a browser is slow with lines of a megabyte. */
const rowLength = 600;
const openLength = 20_000;

/** Lines, newest first; each opens to its labels. Only what is in sight is in the page. */
export function LogLines({ lines, edit }: { lines: readonly LogLine[]; edit: LogEdits }) {
  const scroller = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<LogLine | null>(null);
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer({ count: lines.length, getScrollElement: () => scroller.current, estimateSize: () => 22, overscan: 20 });
  return (
    <div ref={scroller} className={styles.lines} role="log" aria-label="Log lines" tabIndex={0}>
      <div className={styles.inner} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const line = lines[item.index];
          return line ? (
            <div
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              className={styles.slot}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <Line line={line} isOpen={open === line} toggle={() => setOpen(open === line ? null : line)} edit={edit} />
            </div>
          ) : null;
        })}
      </div>
    </div>
  );
}

function Line({ line, isOpen, toggle, edit }: { line: LogLine; isOpen: boolean; toggle: () => void; edit: LogEdits }) {
  const { zone } = usePreferences();
  const [showsContext, setShowsContext] = useState(false);
  const [showsAll, setShowsAll] = useState(false);
  const length = isOpen ? (showsAll ? line.line.length : openLength) : rowLength;
  const level = levelOf(line.labels);
  const color = levels.find((one) => one.name === level)?.color ?? 'var(--line)';
  const service = line.labels.service_name ?? '';
  return (
    <>
      <button type="button" className={styles.line} aria-expanded={isOpen} onClick={toggle}>
        <span className={styles.level} style={{ borderColor: color }}>
          {level.slice(0, 7)}
        </span>
        <span className={styles.time}>{formatMoment(line.time, zone)}</span>
        <span className={styles.service} style={{ borderColor: serviceColor(service) }}>
          {service}
        </span>
        <span className={isOpen ? styles.whole : styles.text}>{line.line.slice(0, length)}</span>
      </button>
      {isOpen && (
        <div className={styles.detail}>
          {line.line.length > openLength && (
            <p>
              {showsAll ? 'All of it is shown' : `The first ${formatCount(openLength)} characters are shown`}, of{' '}
              {formatCount(line.line.length)}. {!showsAll && <Button onClick={() => setShowsAll(true)}>Show all of the line</Button>}
            </p>
          )}
          <div className={styles.actions}>
            {line.labels.trace_id !== undefined && (
              <Link to="/traces/$traceId" params={{ traceId: line.labels.trace_id }} search={{ span: line.labels.span_id }}>
                Open its trace
              </Link>
            )}
            <Button aria-pressed={showsContext} onClick={() => setShowsContext(!showsContext)}>
              Lines around it
            </Button>
            <InvestigateLink
              from={{
                error: (line.line.split('\n')[0] ?? '').slice(0, 300),
                service: service || undefined,
                ...absoluteRange(add(line.time, nanos(-900e9)), add(line.time, nanos(300e9))),
              }}
            />
            <Link
              to="/logs"
              search={{
                query: `{service_name=${JSON.stringify(service)}}`,
                ...absoluteRange(add(line.time, nanos(-10e9)), add(line.time, nanos(10e9))),
              }}
            >
              What {service} logged around it
            </Link>
            <Button onClick={() => void navigator.clipboard.writeText(line.line)}>Copy</Button>
          </div>
          {showsContext && <Context line={line} />}
          <table className={styles.labels}>
            <tbody>
              {Object.entries(line.labels).map(([name, value]) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>{value}</td>
                  <td>
                    <Button
                      aria-label={`Only ${name} ${value}`}
                      title="Only this"
                      onClick={() => edit.label(name, '=', value, streamLabels.has(name))}
                    >
                      +
                    </Button>{' '}
                    <Button
                      aria-label={`Without ${name} ${value}`}
                      title="Without this"
                      onClick={() => edit.label(name, '!=', value, streamLabels.has(name))}
                    >
                      −
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
