import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { buttonClass } from '../../ui/controls';
import type { StartSearch } from './start';
import styles from './link.module.css';

/** Leads from what somebody looks at to its cause: asks at once, from whatever is given. */
export function InvestigateLink({
  from,
  plain = false,
  children = 'Investigate',
}: {
  from: StartSearch;
  plain?: boolean;
  children?: ReactNode;
}) {
  return (
    <Link
      to="/investigate"
      search={from}
      className={plain ? styles.inline : buttonClass}
      preload={false}
      title="Find the cause, starting from here"
    >
      {children}
    </Link>
  );
}
