import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import * as v from 'valibot';
import { rangeEntries } from '../url/range';
import { parseSearch, stringifySearch } from '../url/search';
import { Broken } from './Broken';
import { NotFound } from './NotFound';
import { Shell } from './Shell';

// Members are optional: a link names only what it means to set.
const text = v.optional(v.fallback(v.optional(v.string()), undefined));
const flag = v.optional(
  v.fallback(
    v.optional(
      v.pipe(
        v.union([v.string(), v.boolean()]),
        v.transform((value) => value === '1' || value === true),
      ),
    ),
    undefined,
  ),
);
const texts = v.optional(
  v.fallback(
    v.optional(
      v.pipe(
        v.union([v.string(), v.array(v.string())]),
        v.transform((value) => (Array.isArray(value) ? value : [value])),
      ),
    ),
    undefined,
  ),
);
const whole = v.optional(
  v.fallback(v.optional(v.pipe(v.union([v.string(), v.number()]), v.transform(Number), v.integer(), v.minValue(0))), undefined),
);

/** Reads the search part of an address by a schema whose every member has a fallback: a broken address shows a page, not an error. */
function reader<TEntries extends v.ObjectEntries>(entries: TEntries) {
  const schema = v.object(entries);
  return (search: Record<string, unknown>) => v.parse(schema, search);
}

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const now = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: reader({ ...rangeEntries, sdk: text, loaded: text }),
  component: lazyRouteComponent(() => import('../features/now/NowPage'), 'NowPage'),
});

const quality = createRoute({
  getParentRoute: () => root,
  path: '/quality',
  validateSearch: reader({ ...rangeEntries, severity: text, service: text, check: text, view: text }),
  component: lazyRouteComponent(() => import('../features/quality/QualityPage'), 'QualityPage'),
});

const changes = createRoute({
  getParentRoute: () => root,
  path: '/changes',
  validateSearch: reader({ ...rangeEntries, kind: text, service: text, q: text, id: text, view: text }),
  component: lazyRouteComponent(() => import('../features/changes/ChangesPage'), 'ChangesPage'),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  validateSearch: reader({ view: text, since: text }),
  component: lazyRouteComponent(() => import('../features/settings/SettingsPage'), 'SettingsPage'),
});

const tools = createRoute({
  getParentRoute: () => root,
  path: '/tools',
  beforeLoad: () => {
    // The router's own way to lead elsewhere.
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    throw redirect({ to: '/tools/time', replace: true });
  },
});

const toolsTime = createRoute({
  getParentRoute: () => root,
  path: '/tools/time',
  validateSearch: reader({ value: text, other: text, zone: text }),
  component: lazyRouteComponent(() => import('../features/tools/time/TimePage'), 'TimePage'),
});

const toolsJson = createRoute({
  getParentRoute: () => root,
  path: '/tools/json',
  validateSearch: reader({ q: text }),
  component: lazyRouteComponent(() => import('../features/tools/json/JsonPage'), 'JsonPage'),
});

const toolsCompare = createRoute({
  getParentRoute: () => root,
  path: '/tools/compare',
  validateSearch: reader({ ignore: text }),
  component: lazyRouteComponent(() => import('../features/tools/compare/ComparePage'), 'ComparePage'),
});

const toolsContext = createRoute({
  getParentRoute: () => root,
  path: '/tools/context',
  component: lazyRouteComponent(() => import('../features/tools/context/ContextPage'), 'ContextPage'),
});

const traces = createRoute({
  getParentRoute: () => root,
  path: '/traces',
  validateSearch: reader({
    ...rangeEntries,
    service: texts,
    operation: text,
    status: text,
    minDuration: text,
    maxDuration: text,
    attr: texts,
    limit: whole,
    query: text,
    signature: text,
    view: text,
    chart: text,
    columns: text,
    sort: text,
    picked: text,
  }),
  component: lazyRouteComponent(() => import('../features/traces/TracesPage'), 'TracesPage'),
});

/** What is shown of a trace, be it stored or of a file. */
const traceEntries = {
  span: text,
  view: text,
  q: text,
  from: whole,
  to: whole,
  critical: flag,
  adjusted: flag,
  gaps: flag,
  sort: text,
  only: text,
  zoom: text,
  measure: text,
  by: text,
};

const trace = createRoute({
  getParentRoute: () => root,
  path: '/traces/$traceId',
  validateSearch: reader(traceEntries),
  component: lazyRouteComponent(() => import('../features/trace/TracePage'), 'TracePage'),
});

const openedTrace = createRoute({
  getParentRoute: () => root,
  path: '/traces/open',
  validateSearch: reader({ ...traceEntries, trace: text, file: text }),
  component: lazyRouteComponent(() => import('../features/trace/open/OpenPage'), 'OpenPage'),
});

const comparedTraces = createRoute({
  getParentRoute: () => root,
  path: '/traces/compare',
  validateSearch: reader({ a: text, b: text, only: text }),
  component: lazyRouteComponent(() => import('../features/compare/ComparePage'), 'ComparePage'),
});

const logs = createRoute({
  getParentRoute: () => root,
  path: '/logs',
  validateSearch: reader({ ...rangeEntries, query: text, view: text, baseline: text, fields: flag }),
  component: lazyRouteComponent(() => import('../features/logs/LogsPage'), 'LogsPage'),
});

// /metrics is what the server measures of itself, for scrapers; Prometheus's own page is /graph too.
const metrics = createRoute({
  getParentRoute: () => root,
  path: '/graph',
  validateSearch: reader({ ...rangeEntries, q: texts, mode: text, browse: flag, metric: text }),
  component: lazyRouteComponent(() => import('../features/metrics/MetricsPage'), 'MetricsPage'),
});

const dashboards = createRoute({
  getParentRoute: () => root,
  path: '/dashboards',
  validateSearch: reader({ ...rangeEntries, board: text, slo: text, faster: text }),
  component: lazyRouteComponent(() => import('../features/dashboards/DashboardsPage'), 'DashboardsPage'),
});

const services = createRoute({
  getParentRoute: () => root,
  path: '/services',
  validateSearch: reader({ ...rangeEntries, view: text, group: text, open: texts, focus: text, hops: whole, node: text, q: text }),
  component: lazyRouteComponent(() => import('../features/services/ServicesPage'), 'ServicesPage'),
});

const service = createRoute({
  getParentRoute: () => root,
  path: '/services/$service',
  validateSearch: reader({ ...rangeEntries, view: text }),
  component: lazyRouteComponent(() => import('../features/services/ServicePage'), 'ServicePage'),
});

/** What is open in a report. */
const reportEntries = { view: text, cause: whole, open: texts, step: whole, verify: flag };

const investigate = createRoute({
  getParentRoute: () => root,
  path: '/investigate',
  validateSearch: reader({
    ...rangeEntries,
    trace: text,
    alert: text,
    error: text,
    user: text,
    at: text,
    service: text,
    operation: text,
    text,
    baselineStart: text,
    baselineEnd: text,
    now: flag,
    edit: flag,
    ...reportEntries,
  }),
  component: lazyRouteComponent(() => import('../features/investigation/InvestigatePage'), 'InvestigatePage'),
});

const investigations = createRoute({
  getParentRoute: () => root,
  path: '/investigations',
  component: lazyRouteComponent(() => import('../features/investigation/InvestigationsPage'), 'InvestigationsPage'),
});

const investigation = createRoute({
  getParentRoute: () => root,
  path: '/investigations/$id',
  validateSearch: reader(reportEntries),
  component: lazyRouteComponent(() => import('../features/investigation/InvestigationPage'), 'InvestigationPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    now,
    quality,
    changes,
    settings,
    tools,
    toolsTime,
    toolsJson,
    toolsCompare,
    toolsContext,
    investigate,
    investigations,
    investigation,
    traces,
    trace,
    openedTrace,
    comparedTraces,
    logs,
    metrics,
    dashboards,
    services,
    service,
  ]),
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultErrorComponent: Broken,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
