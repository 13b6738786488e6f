/** Pages of the navigation; `key` is pressed after g. */
export const pages = [
  { to: '/', name: 'Now', key: 'n' },
  { to: '/traces', name: 'Traces', key: 't' },
  { to: '/logs', name: 'Logs', key: 'l' },
  { to: '/services', name: 'Services', key: 's' },
] as const;
