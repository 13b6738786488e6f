import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { labelNamesQuery, labelValuesQuery, type MetricMetadata } from '../../api/prometheus';
import { Badge, Button, Failure, Field, Notice, TextInput } from '../../ui/controls';
import { formatCount } from '../../units/number';
import styles from './metrics.module.css';
import { families, suggestionFor } from './suggest';

const listed = 400;
const valuesListed = 50;
const noMetadata: ReadonlyMap<string, MetricMetadata> = new Map();

interface Props {
  readonly parameters: Readonly<Record<string, string | undefined>>;
  /** Seconds since 1970. */
  readonly from: number;
  readonly to: number;
  readonly metadata: ReadonlyMap<string, MetricMetadata> | undefined;
  readonly chosen: string | undefined;
  readonly choose: (metric: string | undefined) => void;
  readonly ask: (query: string) => void;
}

/** Which metrics there are, what they mean, and which labels they have. */
export function MetricBrowser({ from, to, metadata = noMetadata, chosen, choose, ask }: Props) {
  const [typed, setTyped] = useState('');
  const range = { start: from, end: to };
  const names = useQuery(labelValuesQuery('__name__', range));
  const all = useMemo(() => families(names.data ?? [], metadata), [names.data, metadata]);
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const found = [...all.keys()].filter((family) =>
    words.every((word) => family.toLowerCase().includes(word) || (metadata.get(family)?.help.toLowerCase().includes(word) ?? false)),
  );
  return (
    <aside className={styles.browser} aria-label="Metrics that there are">
      <Field label={`Names and descriptions (${formatCount(found.length)} of ${formatCount(all.size)})`}>
        {(id) => <TextInput id={id} type="search" value={typed} onChange={(event) => setTyped(event.target.value)} />}
      </Field>
      {names.error && <Failure error={names.error} retry={() => void names.refetch()} />}
      {names.data?.length === 0 && (
        <Notice>
          <strong>No metric in this stretch of time.</strong>
          <span>Metrics come by OTLP, remote write and scraping; those of spans follow two minutes after the spans.</span>
        </Notice>
      )}
      <ul className={styles.families}>
        {found.slice(0, listed).map((family) => {
          const known = metadata.get(family);
          return (
            <li key={family}>
              <button type="button" aria-expanded={chosen === family} onClick={() => choose(chosen === family ? undefined : family)}>
                <span className={styles.family}>{family}</span>
                {known && known.type !== 'unknown' && <Badge>{known.type}</Badge>}
              </button>
              {chosen === family && <Metric family={family} names={all.get(family) ?? [family]} metadata={known} range={range} ask={ask} />}
            </li>
          );
        })}
      </ul>
      {found.length > listed && <p className="quiet">The first {listed}; write more of the name.</p>}
    </aside>
  );
}

function Metric({
  family,
  names,
  metadata,
  range,
  ask,
}: {
  family: string;
  names: readonly string[];
  metadata: MetricMetadata | undefined;
  range: { start: number; end: number };
  ask: (query: string) => void;
}) {
  const [label, setLabel] = useState<string | null>(null);
  const [first = family] = names;
  const selection = { ...range, 'match[]': first };
  const labels = useQuery(labelNamesQuery(selection));
  const values = useQuery({ ...labelValuesQuery(label ?? '', { ...selection, limit: valuesListed + 1 }), enabled: label !== null });
  const type = metadata?.type ?? '';
  return (
    <div className={styles.metric}>
      {metadata?.help && <p>{metadata.help}</p>}
      {metadata?.unit && <p className="quiet">Unit: {metadata.unit}</p>}
      {names.length > 1 && <p className="quiet mono">{names.join(', ')}</p>}
      <div>
        <Button primary onClick={() => ask(suggestionFor(family, names, type))}>
          Show
        </Button>
      </div>
      <div className={styles.labels} role="group" aria-label="Labels">
        {labels.data
          ?.filter((name) => name !== '__name__' && name !== 'le')
          .map((name) => (
            <Button key={name} aria-pressed={label === name} onClick={() => setLabel(label === name ? null : name)}>
              {name}
            </Button>
          ))}
      </div>
      {label !== null && (
        <div className={styles.metric}>
          <div>
            <Button onClick={() => ask(suggestionFor(family, names, type, label))}>Show by {label}</Button>
          </div>
          <ul className={styles.labelValues}>
            {values.data?.slice(0, valuesListed).map((value) => (
              <li key={value}>
                <button
                  type="button"
                  className={styles.link}
                  onClick={() => ask(suggestionFor(family, names, type).replace(first, `${first}{${label}=${JSON.stringify(value)}}`))}
                >
                  {value || '(empty)'}
                </button>
              </li>
            ))}
          </ul>
          {(values.data?.length ?? 0) > valuesListed && <p className="quiet">The first {valuesListed}.</p>}
        </div>
      )}
    </div>
  );
}
