import { Link } from '@tanstack/react-router';
import { Failure, Notice } from '../../ui/controls';
import type { Window } from '../metrics/window';
import { Panel } from '../panels/Panel';
import { PartTable } from './PartTable';
import { quoted, useParts } from './useParts';

const by = ['span.db.system.name', 'span.db.namespace', 'span.db.query.text'] as const;

/** Statements that a service sends to databases: how often, how long, how well. */
export function Databases({ service, window }: { service: string; window: Window }) {
  const { parts, queries, isPending, error } = useParts(
    `resource.service.name = ${quoted(service)} && span.db.system.name != nil`,
    by,
    window,
  );
  const slowest = [...parts].sort((a, b) => b.calls * (b.p95 ?? 0) - a.calls * (a.p95 ?? 0));
  return (
    <Panel title="Statements" note="Those with the most time in all first: how often, times how long." queries={queries}>
      {error && <Failure error={error} />}
      {isPending && <p className="quiet">Counting …</p>}
      {!isPending && !error && parts.length === 0 && (
        <Notice>
          <strong>{service} asked no database in this stretch of time.</strong>
          <span>Statements are spans of a client with db.system.name and db.query.text.</span>
        </Notice>
      )}
      {parts.length > 0 && (
        <PartTable
          label={`Statements of ${service}`}
          headings={['System', 'Database', 'Statement']}
          parts={slowest}
          link={(part) => (
            <Link
              to="/traces"
              search={{
                ...window.parameters,
                service: [service],
                attr: by.flatMap((name, index) => (part.key[index] ? [`${name}=${quoted(part.key[index])}`] : [])),
              }}
            >
              Traces
            </Link>
          )}
        />
      )}
    </Panel>
  );
}
