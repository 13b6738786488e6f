import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { loadDemonstration } from '../../api/settings';
import shell from '../../app/shell.module.css';
import { CopyButton } from '../../ui/CopyButton';
import { Button, Failure } from '../../ui/controls';
import { formatRfc3339 } from '../../units/time';
import styles from './now.module.css';
import { waysTo } from './ways';

const route = getRouteApi('/');

/** What an empty installation shows: how the first span gets in, and a recorded incident to look at meanwhile. */
export function FirstSteps() {
  const { sdk } = route.useSearch();
  const ways = waysTo(window.location.hostname, window.location.origin);
  const way = ways.find((one) => one.id === sdk) ?? ways[0];
  return (
    <div className={shell.page}>
      <div className={shell.heading}>
        <h1>Nothing has arrived yet</h1>
        <span className={styles.waiting} role="status">
          Waiting for the first span, log record or metric …
        </span>
      </div>
      <div className={styles.steps}>
        <section className={styles.send}>
          <h2>Send something</h2>
          <p className="quiet">
            Point a service at Clew; this page changes by itself when its first span is here. Nothing in your code has to know Clew.
          </p>
          <nav className={styles.ways} aria-label="What sends">
            {ways.map((one) => (
              <Link key={one.id} to="/" search={(now) => ({ ...now, sdk: one.id })} data-chosen={one === way} replace>
                {one.name}
              </Link>
            ))}
          </nav>
          {way && (
            <div className={styles.way}>
              <pre role="region" aria-label={`Lines for ${way.name}`} tabIndex={0}>
                {way.lines}
              </pre>
              <CopyButton text={way.lines} of={`the lines for ${way.name}`} />
              {way.note && <p className="quiet">{way.note}</p>}
            </div>
          )}
        </section>
        <Demonstration />
      </div>
    </div>
  );
}

function Demonstration() {
  const client = useQueryClient();
  const navigate = route.useNavigate();
  const loading = useMutation({
    mutationFn: () => loadDemonstration(false),
    onSuccess: async (loaded) => {
      await navigate({ search: { since: '30m', loaded: formatRfc3339(loaded.incident) } });
      await client.invalidateQueries();
    },
  });
  return (
    <section className={styles.demonstration}>
      <h2>Or look at an incident first</h2>
      <p>
        A part of what the instrumented shop of the demonstration sent while it broke: checkouts fail, five services complain, and one
        change is to blame. It is loaded as if it ended now; finding the cause is up to Clew.
      </p>
      <span>
        <Button primary disabled={loading.isPending} onClick={() => loading.mutate()}>
          {loading.isPending ? 'Loading …' : 'Load the demonstration'}
        </Button>
      </span>
      {loading.error && <Failure error={loading.error} />}
      <p className="quiet">
        Some 900 traces, stored like your own and gone with retention, or with the data directory. To keep it apart, start a second server
        with <code>--data</code> on another folder. <code>make demo</code> plays the whole incident live.
      </p>
    </section>
  );
}
