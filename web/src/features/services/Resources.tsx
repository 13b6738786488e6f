import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { labelValuesQuery } from '../../api/prometheus';
import { Failure, Notice } from '../../ui/controls';
import type { Window } from '../metrics/window';
import { MetricPanel } from '../panels/MetricPanel';
import panels from '../panels/panels.module.css';
import { jobOf, resourcePanels } from './resources';

const kinds = ['Utilisation', 'Saturation', 'Errors'] as const;

/** What a service tells of its resources, by the USE method. */
export function Resources({ service, window }: { service: string; window: Window }) {
  const names = useQuery(labelValuesQuery('__name__', { start: window.start, end: window.end, 'match[]': `{${jobOf(service)}}` }));
  const found = useMemo(() => resourcePanels(service, names.data ?? []), [service, names.data]);
  return (
    <>
      {names.error && <Failure error={names.error} retry={() => void names.refetch()} />}
      {names.data && found.length === 0 && (
        <Notice>
          <strong>{service} sends no metrics of processor, memory or connections in this stretch of time.</strong>
          <span>
            Most SDKs have an instrumentation of the runtime or the process; the collector's hostmetrics and kubeletstats receivers tell of
            machines and pods. Looked for: metrics with {jobOf(service)}.
          </span>
        </Notice>
      )}
      {kinds.map((kind) => {
        const some = found.filter((panel) => panel.kind === kind);
        return some.length === 0 ? null : (
          <section key={kind} className={panels.section}>
            <h2>{kind}</h2>
            <div className={panels.grid}>
              {some.map((panel) => (
                <ResourceChart key={panel.title} title={panel.title} query={panel.query} window={window} />
              ))}
            </div>
          </section>
        );
      })}
    </>
  );
}

function ResourceChart({ title, query, window }: { title: string; query: string; window: Window }) {
  const queries = useMemo(() => [{ query }], [query]);
  return <MetricPanel title={title} window={window} queries={queries} group="resources" />;
}
