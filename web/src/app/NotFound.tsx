import { Link } from '@tanstack/react-router';
import { Notice } from '../ui/controls';
import styles from './shell.module.css';

export function NotFound() {
  return (
    <div className={styles.page}>
      <Notice tone="warning">
        <h1>There is no such page.</h1>
        <span>
          The address may be of another version of Clew. <Link to="/">See what is wrong now</Link>, or search with <kbd>/</kbd>.
        </span>
      </Notice>
    </div>
  );
}
