import type { ReactNode } from 'react';
import { Badge, numberClass, NumberHeading, tableClass } from '../../ui/controls';
import { formatCount, formatShare } from '../../units/number';
import { formatDuration, nanos } from '../../units/time';
import { oddity, type Part } from './breakdown';

const listed = 200;

/** Parts of a service beside each other; those that differ from the others say so. */
export function PartTable({
  label,
  headings,
  parts,
  link,
  compares = false,
}: {
  label: string;
  headings: readonly string[];
  parts: readonly Part[];
  link: (part: Part) => ReactNode;
  compares?: boolean;
}) {
  return (
    <>
      <table className={tableClass}>
        <caption className="visually-hidden">{label}</caption>
        <thead>
          <tr>
            {headings.map((heading) => (
              <th key={heading} scope="col">
                {heading}
              </th>
            ))}
            {['Calls', 'Failed', 'p95'].map((name) => (
              <NumberHeading key={name}>{name}</NumberHeading>
            ))}
            <th scope="col">{compares ? 'Compared' : <span className="visually-hidden">Traces</span>}</th>
          </tr>
        </thead>
        <tbody>
          {parts.slice(0, listed).map((part) => {
            const odd = compares ? oddity(part, parts) : null;
            return (
              <tr key={JSON.stringify(part.key)}>
                {headings.map((heading, index) => (
                  <td key={heading} className={heading === 'Statement' ? 'mono' : undefined}>
                    {part.key[index] === undefined || part.key[index] === '' ? <span className="quiet">not said</span> : part.key[index]}
                  </td>
                ))}
                <td className={numberClass}>{formatCount(part.calls)}</td>
                <td className={numberClass}>
                  {part.errors > 0 ? <Badge tone="error">{formatShare(part.errors / Math.max(1, part.calls))}</Badge> : 'none'}
                </td>
                <td className={numberClass}>{part.p95 === null ? '–' : formatDuration(nanos(part.p95 * 1e9))}</td>
                <td>
                  {odd !== null && <Badge tone="warning">! {odd}</Badge>} {link(part)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {parts.length > listed && (
        <p className="quiet">
          The first {listed} of {formatCount(parts.length)}.
        </p>
      )}
    </>
  );
}
