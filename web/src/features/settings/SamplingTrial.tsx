import { useMutation } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { simulateSampling, type Simulation } from '../../api/settings';
import { CopyButton } from '../../ui/CopyButton';
import { Button, Failure, Field, Notice, numberClass, Select, tableClass } from '../../ui/controls';
import { formatBytes, formatCount, formatShare } from '../../units/number';
import styles from './settings.module.css';

const route = getRouteApi('/settings');

const usual = `policies:
  - name: failed
    type: status_code
    status_code: {status_codes: [ERROR]}
  - name: slow
    type: latency
    latency: {threshold_ms: 1000}
  - name: floor
    type: probabilistic
    probabilistic: {sampling_percentage: 10}
`;

/** What policies would keep of what is stored, before anything is deleted by them. */
export function SamplingTrial() {
  const { since = '24h' } = route.useSearch();
  const navigate = route.useNavigate();
  const [policies, setPolicies] = useState(usual);
  const simulation = useMutation({ mutationFn: () => simulateSampling(policies, since) });
  return (
    <section className={styles.trial}>
      <h2>Simulate policies</h2>
      <p className="quiet">
        What these policies would keep of the traces that are stored, by the rules of the OpenTelemetry collector&apos;s tail_sampling.
        Nothing is decided or deleted; to put them in force, save them as a file and set sampling.policies and sampling.hot.
      </p>
      <form
        className={styles.trial}
        onSubmit={(event) => {
          event.preventDefault();
          simulation.mutate();
        }}
      >
        <Field label="Policies">
          {(id) => (
            <textarea
              id={id}
              className={styles.area}
              rows={10}
              maxLength={500_000}
              spellCheck={false}
              value={policies}
              onChange={(event) => setPolicies(event.target.value)}
            />
          )}
        </Field>
        <div className={styles.head}>
          <Field label="Of the last">
            {(id) => (
              <Select
                id={id}
                value={since}
                onChange={(event) => void navigate({ search: (now) => ({ ...now, since: event.target.value }) })}
              >
                {['15m', '1h', '6h', '24h', '7d', '30d'].map((length) => (
                  <option key={length}>{length}</option>
                ))}
              </Select>
            )}
          </Field>
          <Button type="submit" primary disabled={simulation.isPending}>
            {simulation.isPending ? 'Reading every span …' : 'Simulate'}
          </Button>
          <CopyButton text={policies} of="the policies" />
        </div>
      </form>
      {simulation.error && <Failure error={simulation.error} />}
      {simulation.data && <Outcome simulation={simulation.data} />}
    </section>
  );
}

function Outcome({ simulation }: { simulation: Simulation }) {
  const { total, policies, notes } = simulation.report;
  if (total.traces === 0) {
    return <Notice>No trace began in that time; choose a longer one.</Notice>;
  }

  const rows = [
    { name: 'Traces', kept: total.keptTraces, of: total.traces, format: formatCount },
    { name: 'Spans', kept: total.keptSpans, of: total.spans, format: formatCount },
    { name: 'Bytes before compression', kept: total.keptBytes, of: total.bytes, format: formatBytes },
    { name: 'Traces with an error', kept: total.keptErrorTraces, of: total.errorTraces, format: formatCount },
    { name: 'The slowest twentieth', kept: total.keptSlowTraces, of: total.slowTraces, format: formatCount },
  ];
  return (
    <div className={styles.sides} aria-live="polite">
      <table className={tableClass}>
        <caption className={styles.caption}>What would be kept</caption>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col" className={numberClass}>
              Kept
            </th>
            <th scope="col" className={numberClass}>
              Of
            </th>
            <th scope="col" className={numberClass}>
              Share
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name}>
              <th scope="row">{row.name}</th>
              <td className={numberClass}>{row.format(row.kept)}</td>
              <td className={numberClass}>{row.format(row.of)}</td>
              <td className={numberClass}>{row.of > 0 ? formatShare(row.kept / row.of) : '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <table className={tableClass}>
        <caption className={styles.caption}>Which policy decided</caption>
        <thead>
          <tr>
            <th scope="col">Policy</th>
            <th scope="col">Type</th>
            <th scope="col" className={numberClass}>
              Wanted
            </th>
            <th scope="col" className={numberClass}>
              Decided
            </th>
          </tr>
        </thead>
        <tbody>
          {policies.map((policy) => (
            <tr key={`${policy.name} ${policy.type}`}>
              <td>{policy.type === 'none' ? 'no policy: deleted' : policy.name}</td>
              <td className="quiet">{policy.type}</td>
              <td className={numberClass}>{formatCount(policy.matched)}</td>
              <td className={numberClass}>{formatCount(policy.decided)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {notes.map((note) => (
        <Notice key={note}>{note}</Notice>
      ))}
    </div>
  );
}
