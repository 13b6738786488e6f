import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { changesQuery, type Change } from '../../api/events';
import { usePreferences } from '../../app/preferences';
import shell from '../../app/shell.module.css';
import { Badge, Button, Failure, Field, Notice, Select, tableClass, TextInput } from '../../ui/controls';
import { formatCount } from '../../units/number';
import { add, between, formatMoment, nanos } from '../../units/time';
import { absoluteRange, rangeParameters, resolveRange } from '../../url/range';
import { ChangeDetail } from './ChangeDetail';
import { RecordChange } from './RecordChange';
import styles from './changes.module.css';

const route = getRouteApi('/changes');

/** Rows in the page; a search narrows down what is more. */
const shownRows = 300;

/** What was changed in the time that is looked at, and what moved after it. */
export function ChangesPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { zone } = usePreferences();
  const answer = useQuery({ ...changesQuery(rangeParameters(search)), placeholderData: keepPreviousData });
  const all = useMemo(() => [...(answer.data?.changes ?? [])].reverse(), [answer.data]);
  const words = (search.q ?? '').trim().toLowerCase();
  const shown = all.filter(
    (change) =>
      (search.kind === undefined || change.kind === search.kind) &&
      (search.service === undefined || change.service === search.service) &&
      (words === '' ||
        [change.summary, change.service, change.author, change.version, change.kind].some((text) => text?.toLowerCase().includes(words))),
  );
  const open = all.find((change) => change.id === search.id);
  const isRecording = search.view === 'record';
  const isFiltered = search.kind !== undefined || search.service !== undefined || words !== '';

  return (
    <div className={shell.page}>
      <div className={shell.heading}>
        <h1>Changes</h1>
        <span className="quiet">
          {answer.data ? `${formatCount(shown.length)}${isFiltered ? ` of ${formatCount(all.length)}` : ''} in this time` : ''}
        </span>
        <span className={styles.pushed}>
          <Button
            aria-expanded={isRecording}
            onClick={() => void navigate({ search: (now) => ({ ...now, view: isRecording ? undefined : 'record' }) })}
          >
            {isRecording ? 'Close the form' : 'Record a change'}
          </Button>
        </span>
      </div>
      {isRecording && <RecordChange done={() => void navigate({ search: (now) => ({ ...now, view: undefined }) })} />}
      <div className={styles.filters}>
        <Choice
          label="Kind"
          all={all.map((change) => change.kind)}
          value={search.kind}
          choose={(kind) => void navigate({ search: (now) => ({ ...now, kind }) })}
        />
        <Choice
          label="Target"
          all={all.map((change) => change.service)}
          value={search.service}
          choose={(service) => void navigate({ search: (now) => ({ ...now, service }) })}
        />
        <Field label="Words">
          {(id) => (
            <TextInput
              id={id}
              type="search"
              value={search.q ?? ''}
              onChange={(event) => void navigate({ search: (now) => ({ ...now, q: event.target.value || undefined }), replace: true })}
            />
          )}
        </Field>
      </div>
      {answer.error && <Failure error={answer.error} retry={() => void answer.refetch()} />}
      {answer.data && all.length === 0 && (
        <Notice>
          <strong>No change was recorded in this time.</strong>
          <span>
            Look at <Button onClick={() => void navigate({ search: { since: '7d' } })}>the last 7 days</Button>, record one above, or let
            your pipeline, GitHub, GitLab or Argo CD tell Clew by themselves: docs/changes.md says how. Changes of Kubernetes objects are
            noticed when Clew watches the cluster.
          </span>
        </Notice>
      )}
      {answer.data && all.length > 0 && shown.length === 0 && (
        <Notice>None of the {formatCount(all.length)} changes fits; take a filter away.</Notice>
      )}
      {shown.length > 0 && <Timeline changes={shown} chosen={open} choose={(id) => void navigate({ search: (now) => ({ ...now, id }) })} />}
      {open && <ChangeDetail key={open.id} change={open} close={() => void navigate({ search: (now) => ({ ...now, id: undefined }) })} />}
      {shown.length > 0 && (
        <table className={tableClass}>
          <caption className="visually-hidden">Changes, newest first</caption>
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Kind</th>
              <th scope="col">Target</th>
              <th scope="col">What</th>
              <th scope="col">Version</th>
              <th scope="col">Who</th>
            </tr>
          </thead>
          <tbody>
            {shown.slice(0, shownRows).map((change) => (
              <tr key={`${change.id} ${change.time}`} aria-selected={change === open}>
                <td className={styles.when}>{formatMoment(change.time, zone, 0)}</td>
                <td>
                  <Badge>{change.kind}</Badge>
                </td>
                <td>{change.service}</td>
                <td>
                  <button
                    type="button"
                    className={styles.open}
                    aria-expanded={change === open}
                    onClick={() => void navigate({ search: (now) => ({ ...now, id: change === open ? undefined : change.id }) })}
                  >
                    {change.summary}
                  </button>
                </td>
                <td className={styles.version}>{change.version}</td>
                <td className="quiet">{change.author}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {shown.length > shownRows && <p className="quiet">The newest {shownRows} are listed; narrow the time or the words for the others.</p>}
    </div>
  );
}

function Choice({
  label,
  all,
  value,
  choose,
}: {
  label: string;
  all: readonly string[];
  value: string | undefined;
  choose: (value: string | undefined) => void;
}) {
  const counts = new Map<string, number>();
  for (const one of all) {
    counts.set(one, (counts.get(one) ?? 0) + 1);
  }

  if (value !== undefined && !counts.has(value)) {
    counts.set(value, 0);
  }

  return (
    <Field label={label}>
      {(id) => (
        <Select id={id} value={value ?? ''} onChange={(event) => choose(event.target.value || undefined)}>
          <option value="">all</option>
          {[...counts]
            .filter(([name]) => name !== '')
            .sort(([a], [b]) => a.localeCompare(b))
            .map(([name, count]) => (
              <option key={name} value={name}>
                {name} ({count})
              </option>
            ))}
        </Select>
      )}
    </Field>
  );
}

/** Marks of a timeline; more would lie on each other. */
const mostMarks = 400;
const lanes = 6;

/** When the changes were made: a lane per kind, the most frequent kinds first. */
function Timeline({ changes, chosen, choose }: { changes: readonly Change[]; chosen: Change | undefined; choose: (id: string) => void }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { zone } = usePreferences();
  const range = useMemo(() => resolveRange(search), [search]);
  const length = Math.max(1, between(range.start, range.end));
  const counts = new Map<string, number>();
  for (const change of changes) {
    counts.set(change.kind, (counts.get(change.kind) ?? 0) + 1);
  }

  const kinds = [...counts].sort((a, b) => b[1] - a[1]).map(([kind]) => kind);
  const marks = changes.slice(0, mostMarks);
  return (
    <section className={styles.timeline} aria-label="Timeline of changes">
      {kinds.slice(0, lanes).map((kind, lane) => (
        <div key={kind} className={styles.lane}>
          <span className={styles.kind}>{kind}</span>
          <div className={styles.track}>
            {marks
              .filter((change) => change.kind === kind || (lane === lanes - 1 && kinds.indexOf(change.kind) >= lanes))
              .map((change) => (
                <button
                  key={`${change.id} ${change.time}`}
                  type="button"
                  className={styles.mark}
                  aria-pressed={change === chosen}
                  aria-label={`${change.service} ${change.summary}, ${formatMoment(change.time, zone, 0)}`}
                  title={`${formatMoment(change.time, zone, 0)}  ${change.service}  ${change.summary}`}
                  style={{ left: `${Math.min(100, Math.max(0, (between(range.start, change.time) / length) * 100))}%` }}
                  onClick={() => choose(change.id)}
                />
              ))}
          </div>
        </div>
      ))}
      <div className={styles.lane}>
        <span />
        <div className={styles.axis}>
          <span>{formatMoment(range.start, zone, 0)}</span>
          <Button
            onClick={() => {
              const times = changes.map((change) => change.time);
              const [first, last] = [times.reduce((a, b) => (a < b ? a : b)), times.reduce((a, b) => (a > b ? a : b))];
              void navigate({ search: (now) => ({ ...now, ...absoluteRange(add(first, nanos(-300e9)), add(last, nanos(600e9))) }) });
            }}
          >
            Only the time of these changes
          </Button>
          <span>{formatMoment(range.end, zone, 0)}</span>
        </div>
      </div>
      {changes.length > mostMarks && <p className="quiet">The newest {mostMarks} have a mark.</p>}
    </section>
  );
}
