/** Pages of the navigation; `key` is pressed after g. */
export const pages = [
  { to: '/', name: 'Now', key: 'n' },
  { to: '/investigations', name: 'Incidents', key: 'i' },
  { to: '/traces', name: 'Traces', key: 't' },
  { to: '/logs', name: 'Logs', key: 'l' },
  { to: '/graph', name: 'Metrics', key: 'm' },
  { to: '/dashboards', name: 'Dashboards', key: 'b' },
  { to: '/services', name: 'Services', key: 's' },
  { to: '/changes', name: 'Changes', key: 'c' },
  { to: '/quality', name: 'Quality', key: 'q' },
  { to: '/tools', name: 'Tools', key: 'o' },
  { to: '/settings', name: 'Settings', key: 'e' },
] as const;
