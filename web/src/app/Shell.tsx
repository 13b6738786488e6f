import { Link, Outlet, useNavigate, useRouterState, useSearch } from '@tanstack/react-router';
import { useIsFetching } from '@tanstack/react-query';
import { useMemo, useRef, useState } from 'react';
import { useFollow } from '../api/live';
import { Button, buttonClass, Progress, TextInput } from '../ui/controls';
import type { Range } from '../url/range';
import { HelpDialog } from './HelpDialog';
import { Palette } from './Palette';
import { pages } from './pages';
import { setPreferences, usePreferences } from './preferences';
import { RangePicker } from './RangePicker';
import { useGoTo } from './goTo';
import { useShortcuts, type Shortcut } from './shortcuts';
import styles from './shell.module.css';

const themes = { system: 'light', light: 'dark', dark: 'system' } as const;
const themeNames = { system: 'System theme', light: 'Light', dark: 'Dark' } as const;

/** The service whose page it is. */
const serviceOf = (path: string): string | undefined => {
  const name = /^\/services\/([^/]+)/.exec(path)?.[1];
  return name === undefined ? undefined : decodeURIComponent(name);
};

/** What stands around every page. */
export function Shell() {
  const navigate = useNavigate();
  const { theme, zone } = usePreferences();
  const [overlay, setOverlay] = useState<'help' | 'palette' | null>(null);
  const searchBox = useRef<HTMLInputElement>(null);
  const goTo = useGoTo();
  useFollow();
  const isAsking = useIsFetching() > 0;
  const path = useRouterState({ select: (state) => state.location.pathname });
  const picked: Range = useSearch({ strict: false });
  const hasOwnTime = /^\/(?:traces\/|investigat|tools|settings)/.test(path); // A trace has its own stretch of time, and so has an incident; tools and settings have none.
  const shortcuts = useMemo<Shortcut[]>(
    () => [
      { keys: '?', label: 'Keys and help', run: () => setOverlay('help') },
      { keys: 'ctrl+k', label: 'Go to anything', run: () => setOverlay('palette') },
      { keys: '/', label: 'Search', run: () => searchBox.current?.focus() },
      ...pages.map((page) => ({ keys: `g ${page.key}`, label: `Go to ${page.name}`, run: () => void navigate({ to: page.to }) })),
    ],
    [navigate],
  );
  useShortcuts(shortcuts);

  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">
        Skip to the page
      </a>
      <header className={styles.top}>
        <Link to="/" className={styles.brand}>
          <img src="/icon.svg" width="22" height="22" alt="" />
          Clew
        </Link>
        <form
          className={styles.search}
          role="search"
          onSubmit={(event) => {
            event.preventDefault();
            goTo(searchBox.current?.value ?? '');
          }}
        >
          <TextInput
            ref={searchBox}
            type="search"
            aria-label="Search: a trace id, a service, or key=value"
            placeholder="Trace id, service, or key=value   ( / )"
          />
        </form>
        <div className={styles.end}>
          {!hasOwnTime && picked.start !== undefined && (
            <Link
              to="/investigate"
              search={{ start: picked.start, end: picked.end, service: serviceOf(path) }}
              className={buttonClass}
              preload={false}
              title="Find the cause of what happened in this stretch of time"
            >
              Investigate this
            </Link>
          )}
          {!hasOwnTime && <RangePicker />}
          <Button title="Times in UTC or as on this computer" onClick={() => setPreferences({ zone: zone === 'utc' ? 'local' : 'utc' })}>
            {zone === 'utc' ? 'UTC' : 'Local time'}
          </Button>
          <Button title="Light, dark, or as the system has it" onClick={() => setPreferences({ theme: themes[theme] })}>
            {themeNames[theme]}
          </Button>
          <Button title="Keys and help (?)" aria-label="Keys and help" onClick={() => setOverlay('help')}>
            ?
          </Button>
        </div>
      </header>
      <nav className={styles.nav} aria-label="Pages">
        <ul>
          {pages.map((page) => (
            <li key={page.to}>
              <Link to={page.to} aria-current={(page.to === '/' ? path === '/' : path.startsWith(page.to)) ? 'page' : undefined}>
                {page.name}
                <kbd aria-hidden="true">g {page.key}</kbd>
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <main className={styles.main} id="main" tabIndex={-1}>
        <Progress busy={isAsking} label="Asking the server" />
        <Outlet />
      </main>
      {overlay === 'help' && <HelpDialog close={() => setOverlay(null)} />}
      {overlay === 'palette' && <Palette close={() => setOverlay(null)} goTo={goTo} />}
    </div>
  );
}
