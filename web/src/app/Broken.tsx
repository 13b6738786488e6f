import { Link, type ErrorComponentProps } from '@tanstack/react-router';
import { Button, Notice } from '../ui/controls';
import shell from './shell.module.css';

/** A page that failed while it was drawn: what happened, and ways on. What stands around it stays. */
export function Broken({ error, reset }: ErrorComponentProps) {
  return (
    <div className={shell.page}>
      <Notice tone="error">
        <h1>This page broke.</h1>
        <span>
          It could not show what the server answered: <span className="mono">{error instanceof Error ? error.message : String(error)}</span>
        </span>
        <span>
          <Button onClick={reset}>Try again</Button> or begin at <Link to="/">Now</Link>. The address holds what you were looking at: please
          report it with the message.
        </span>
      </Notice>
    </div>
  );
}
