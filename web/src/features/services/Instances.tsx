import { Link } from '@tanstack/react-router';
import { Failure, Notice } from '../../ui/controls';
import type { Window } from '../metrics/window';
import { Panel } from '../panels/Panel';
import { PartTable } from './PartTable';
import { quoted, useParts } from './useParts';

const version = 'resource.service.version';
const instance = 'resource.service.instance.id';
const pod = 'resource.k8s.pod.name';

/** Versions and instances of a service beside each other: a bad one stands out. */
export function Instances({ service, window }: { service: string; window: Window }) {
  const condition = `resource.service.name = ${quoted(service)} && (kind = server || kind = consumer)`;
  return (
    <>
      <Compared title="Versions" service={service} window={window} condition={condition} headings={['Version']} by={[version]} />
      <Compared
        title="Instances"
        service={service}
        window={window}
        condition={condition}
        headings={['Instance', 'Pod', 'Version']}
        by={[instance, pod, version]}
      />
    </>
  );
}

function Compared({
  title,
  service,
  window,
  condition,
  headings,
  by,
}: {
  title: string;
  service: string;
  window: Window;
  condition: string;
  headings: readonly string[];
  by: readonly string[];
}) {
  const { parts, queries, isPending, error } = useParts(condition, by, window);
  return (
    <Panel title={title} queries={queries}>
      {error && <Failure error={error} />}
      {isPending && <p className="quiet">Counting …</p>}
      {!isPending && !error && parts.length === 0 && <Notice>{service} answered no requests in this stretch of time.</Notice>}
      {parts.length > 0 && (
        <PartTable
          label={`${title} of ${service}, busiest first`}
          headings={headings}
          parts={parts}
          compares
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
