import { Link, useRouterState } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import shell from '../../app/shell.module.css';
import styles from './tools.module.css';

const tools = [
  { to: '/tools/time', name: 'Time' },
  { to: '/tools/json', name: 'JSON' },
  { to: '/tools/compare', name: 'Compare' },
  { to: '/tools/context', name: 'Trace context' },
] as const;

/** What the tools have in common; they ask no server. */
export function ToolsLayout({ lead, children }: { lead: string; children: ReactNode }) {
  const path = useRouterState({ select: (state) => state.location.pathname });
  return (
    <div className={shell.page}>
      <div className={shell.heading}>
        <h1>Tools</h1>
        <nav className={styles.tabs} aria-label="Tools">
          {tools.map((tool) => (
            <Link key={tool.to} to={tool.to} aria-current={path === tool.to ? 'page' : undefined}>
              {tool.name}
            </Link>
          ))}
        </nav>
      </div>
      <p className="quiet">{lead}</p>
      {children}
    </div>
  );
}
