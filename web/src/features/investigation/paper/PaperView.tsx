import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useDeferredValue, useState } from 'react';
import { paperOf, type Paper, type ReceivedReport } from '../../../api/investigations';
import { Button, Failure } from '../../../ui/controls';
import { CopyButton } from '../Command';
import { discardDraft, keepDraft, readDraft } from './drafts';
import styles from './paper.module.css';

const MarkdownEditor = lazy(() => import('./MarkdownEditor'));
const Preview = lazy(() => import('./Preview'));

/** A postmortem or a runbook: the draft that Clew writes, to be edited, looked at and taken along. */
export function PaperView({ received, id, paper }: { received: ReceivedReport; id: string; paper: Paper }) {
  const answer = useQuery({
    queryKey: ['paper', paper, id],
    queryFn: ({ signal }) => paperOf(paper, received.raw, signal),
    staleTime: Infinity,
  });
  if (answer.error) {
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  }

  return answer.data === undefined ? (
    <p className="quiet">Writing the {paper} …</p>
  ) : (
    <Document key={`${paper} ${id}`} draft={answer.data} name={`${id}.${paper}`} paper={paper} />
  );
}

function Document({ draft, name, paper }: { draft: string; name: string; paper: Paper }) {
  const [text, setText] = useState(() => readDraft(name) ?? draft);
  const [isKept, setKept] = useState(true);
  const [isEditing, setEditing] = useState(true);
  const shown = useDeferredValue(text);
  const isChanged = text !== draft;
  const change = (wanted: string) => {
    setText(wanted);
    if (wanted === draft) {
      discardDraft(name);
      setKept(true);
    } else {
      setKept(keepDraft(name, wanted));
    }
  };
  return (
    <div className={styles.paper}>
      <div className={styles.bar}>
        <Button aria-pressed={isEditing} onClick={() => setEditing(!isEditing)}>
          {isEditing ? 'Hide the Markdown' : 'Edit the Markdown'}
        </Button>
        <Button
          onClick={() => {
            const url = URL.createObjectURL(new Blob([text], { type: 'text/markdown' }));
            const link = document.createElement('a');
            link.href = url;
            link.download = `${paper}-${name.split('.')[0] ?? 'report'}.md`;
            link.click();
            setTimeout(() => URL.revokeObjectURL(url), 10_000);
          }}
        >
          Download .md
        </Button>
        <CopyButton text={text} label={`Copy the ${paper}`} />
        {isChanged && (
          <Button onClick={() => change(draft)} title="Back to what Clew wrote">
            Discard my changes
          </Button>
        )}
        <span className="quiet" role="status">
          {!isChanged
            ? 'As Clew wrote it; (fill in) marks what only people know.'
            : isKept
              ? 'Your changes are kept in this browser, nowhere else.'
              : 'Your changes are not kept: the browser has no room. Download them before you leave.'}
        </span>
      </div>
      <div className={styles.panes} data-editing={isEditing}>
        {isEditing && (
          <div className={styles.source}>
            <Suspense fallback={<p className="quiet">Loading the editor …</p>}>
              <MarkdownEditor label={`The ${paper} as Markdown`} value={text} change={change} />
            </Suspense>
          </div>
        )}
        {/* What scrolls is reachable by keyboard. */}
        <div className={styles.preview} role="region" aria-label="Preview" tabIndex={0}>
          <Suspense fallback={<p className="quiet">Loading the preview …</p>}>
            <Preview text={shown} />
          </Suspense>
        </div>
      </div>
    </div>
  );
}
