import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Notice } from '../ui/controls';

const longer = [
  ['24h', 'the last day'],
  ['7d', 'the last week'],
] as const;

/** Nothing in this stretch of time: what to do about it, in one click. */
export function EmptyRange({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Notice>
      <strong>{title}</strong>
      <span>
        {children} Look at{' '}
        {longer.map(([since, name]) => (
          <span key={since}>
            <Link to="." search={(known: object) => ({ ...known, since, start: undefined, end: undefined })}>
              {name}
            </Link>
            , {since === '7d' ? '' : 'at '}
          </span>
        ))}
        or choose another time above. Nothing at all yet? <Link to="/">How to send the first span</Link>.
      </span>
    </Notice>
  );
}
