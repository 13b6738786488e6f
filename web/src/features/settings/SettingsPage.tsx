import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Fragment, useMemo, useState } from 'react';
import { cappedQuery, settingsQuery, storageQuery, type Setting } from '../../api/settings';
import { usePreferences } from '../../app/preferences';
import shell from '../../app/shell.module.css';
import { CopyButton } from '../../ui/CopyButton';
import { Badge, Failure, Field, Notice, numberClass, tableClass, TextInput } from '../../ui/controls';
import { formatBytes, formatCount, formatShare } from '../../units/number';
import { formatMoment } from '../../units/time';
import tabs from '../tools/tools.module.css';
import { linesOf, settingsOf } from './lines';
import { RedactionTrial } from './RedactionTrial';
import { SamplingTrial } from './SamplingTrial';
import { SourcesTable } from './SourcesTable';
import styles from './settings.module.css';

const route = getRouteApi('/settings');
const views = [
  { view: 'storage', name: 'Storage and retention' },
  { view: 'sampling', name: 'Sampling' },
  { view: 'redaction', name: 'Redaction' },
  { view: 'limits', name: 'Limits' },
  { view: 'sources', name: 'Sources' },
  { view: 'all', name: 'All settings' },
] as const;

/** How the server is set up. It is read here and changed where it is set: in the file, the environment or the command line. */
export function SettingsPage() {
  const search = route.useSearch();
  const { zone } = usePreferences();
  const answer = useQuery(settingsQuery());
  const view = views.find((one) => one.view === search.view)?.view ?? 'storage';
  return (
    <div className={shell.page}>
      <div className={shell.heading}>
        <h1>Settings</h1>
        <nav className={tabs.tabs} aria-label="Settings">
          {views.map((one) => (
            <Link key={one.view} to="/settings" search={{ view: one.view }} aria-current={one.view === view ? 'page' : undefined}>
              {one.name}
            </Link>
          ))}
        </nav>
      </div>
      {answer.error && <Failure error={answer.error} retry={() => void answer.refetch()} />}
      {answer.data && (
        <p className="quiet">
          Clew <span title={answer.data.version}>{answer.data.version.replace(/(\+[0-9a-f]{8})[0-9a-f]{8,}$/, '$1')}</span>, serving since{' '}
          {formatMoment(answer.data.startedAt, zone, 0)}. Settings are read here and changed where they are set; the server takes them at
          its next start.
        </p>
      )}
      {view === 'storage' && <Storage />}
      {view === 'sampling' && <SamplingTrial />}
      {view === 'redaction' && <RedactionTrial />}
      {view === 'limits' && <Capped />}
      {view === 'sources' && <SourcesTable />}
      {answer.data && <SettingTable key={view} settings={settingsOf(answer.data.settings, view)} />}
    </div>
  );
}

function Storage() {
  const answer = useQuery(storageQuery());
  if (answer.error) {
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  }

  const storage = answer.data;
  if (!storage) {
    return null;
  }

  const isUnbounded = storage.maxAge === undefined && storage.maxBytes === undefined;
  return (
    <>
      <dl className={styles.figures}>
        <div>
          <dt>On disk</dt>
          <dd>{formatBytes(storage.bytes)}</dd>
        </div>
        <div>
          <dt>Free</dt>
          <dd>{storage.freeBytes === undefined ? 'unknown' : formatBytes(storage.freeBytes)}</dd>
        </div>
        <div>
          <dt>Kept for</dt>
          <dd>{storage.maxAge ?? 'no limit'}</dd>
        </div>
        <div>
          <dt>At most</dt>
          <dd>{storage.maxBytes === undefined ? 'no limit' : formatBytes(storage.maxBytes)}</dd>
        </div>
      </dl>
      {isUnbounded && (
        <Notice tone="warning">
          <strong>Nothing is deleted.</strong>
          <span>
            The store grows until {formatBytes(storage.minFreeBytes)} are left on the disk; then senders are refused. Set retention.max_age
            or retention.max_bytes, see below.
          </span>
        </Notice>
      )}
      <table className={tableClass}>
        <caption className="visually-hidden">What is stored, by table</caption>
        <thead>
          <tr>
            <th scope="col">Table</th>
            <th scope="col" className={numberClass}>
              Rows
            </th>
            <th scope="col" className={numberClass}>
              On disk
            </th>
            <th scope="col" className={numberClass}>
              Share
            </th>
            <th scope="col" className={numberClass}>
              Bytes a row
            </th>
          </tr>
        </thead>
        <tbody>
          {storage.tables.map((table) => (
            <tr key={table.table}>
              <td>{table.table}</td>
              <td className={numberClass}>{formatCount(table.rows)}</td>
              <td className={numberClass}>{formatBytes(table.bytes)}</td>
              <td className={numberClass}>{storage.bytes > 0 ? formatShare(table.bytes / storage.bytes) : '–'}</td>
              <td className={numberClass}>{table.rows > 0 ? formatBytes(table.bytes / table.rows) : '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Capped() {
  const answer = useQuery(cappedQuery());
  if (answer.error) {
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  }

  const capped = answer.data?.capped ?? [];
  return (
    <section>
      <h2>What was capped lately</h2>
      {answer.data && capped.length === 0 && <p className="quiet">Nothing: no service has more names, keys or series than are kept.</p>}
      {capped.length > 0 && (
        <table className={tableClass}>
          <thead>
            <tr>
              <th scope="col">Limit</th>
              <th scope="col">Service</th>
              <th scope="col" className={numberClass}>
                Known of at most
              </th>
              <th scope="col" className={numberClass}>
                Refused
              </th>
              <th scope="col">Examples</th>
            </tr>
          </thead>
          <tbody>
            {capped.map((one) => (
              <tr key={`${one.setting} ${one.service} ${one.metric}`}>
                <td>{one.setting}</td>
                <td>
                  {one.service} {one.metric}
                </td>
                <td className={numberClass}>
                  {formatCount(one.known)} of {formatCount(one.limit)}
                </td>
                <td className={numberClass}>{formatCount(one.refused)}</td>
                <td className="quiet">{one.examples.join(', ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function SettingTable({ settings }: { settings: readonly Setting[] }) {
  const [words, setWords] = useState('');
  const [open, setOpen] = useState('');
  const shown = useMemo(() => {
    const wanted = words.trim().toLowerCase();
    return settings.filter((setting) => `${setting.name} ${setting.description}`.toLowerCase().includes(wanted));
  }, [settings, words]);
  return (
    <section>
      <div className={styles.head}>
        <h2>Settings</h2>
        <Field label="Find">
          {(id) => <TextInput id={id} type="search" value={words} onChange={(event) => setWords(event.target.value)} />}
        </Field>
      </div>
      <table className={tableClass}>
        <thead>
          <tr>
            <th scope="col">Setting</th>
            <th scope="col">Value</th>
            <th scope="col">What it does</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((setting) => (
            <Fragment key={setting.name}>
              <tr>
                <td>
                  <button
                    type="button"
                    className={styles.name}
                    aria-expanded={open === setting.name}
                    onClick={() => setOpen(open === setting.name ? '' : setting.name)}
                  >
                    {setting.name}
                  </button>
                </td>
                <td className={styles.value}>
                  {setting.value || '–'}{' '}
                  {setting.value !== setting.default && <Badge title={`The default is ${setting.default || 'empty'}`}>changed</Badge>}
                </td>
                <td>{setting.description}</td>
              </tr>
              {open === setting.name && (
                <tr>
                  <td colSpan={3}>
                    <div className={styles.lines}>
                      <p className="quiet">
                        Default {setting.default || 'empty'}; expected {setting.expected}.
                      </p>
                      {linesOf(setting, setting.value).map((one) => (
                        <div key={one.where} className={styles.line}>
                          <span className="quiet">{one.where}</span>
                          <pre>{one.line}</pre>
                          <CopyButton text={one.line} of={`${setting.name} for the ${one.where.toLowerCase()}`} />
                        </div>
                      ))}
                    </div>
                  </td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
      {shown.length === 0 && <p className="quiet">No setting has these words.</p>}
    </section>
  );
}
