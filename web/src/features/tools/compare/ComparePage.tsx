import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { CopyButton } from '../../../ui/CopyButton';
import { Button, Field, Notice, TextInput } from '../../../ui/controls';
import { formatCount } from '../../../units/number';
import { ToolsLayout } from '../ToolsLayout';
import styles from '../tools.module.css';
import { useFragmentTexts } from '../useFragmentTexts';
import { compare, differingPart, maxDifferences, type Difference } from './compare';
import { readSide } from './value';

const route = getRouteApi('/tools/compare');
const twoTexts = 2;
const signs = { added: '+ added', removed: '− removed', changed: '~ changed', moved: '↕ moved' } as const;

/** Characters of a value that are shown in a row. */
const shownLength = 2_000;

const example = [
  'POST /charge HTTP/1.1\nHost: payments\nContent-Type: application/json\ntraceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\n\n{"amount": 1200, "currency": "EUR", "items": [{"id": 1, "count": 2}, {"id": 2, "count": 1}]}',
  'POST /charge HTTP/1.1\ncontent-type: application/json\nhost: payments\n\n{"currency": "EUR", "amount": "1200", "items": [{"id": 2, "count": 1}, {"id": 1, "count": 3}]}',
];

/** Two requests, answers, documents or logs, and what differs. */
export function ComparePage() {
  const { ignore = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const { texts, change, isTooLong } = useFragmentTexts(twoTexts);
  const [left = '', right = ''] = texts;
  const answer = useMemo(() => {
    if (left.trim() === '' || right.trim() === '') {
      return null;
    }

    const [a, b] = [readSide(left), readSide(right)];
    return { a, b, ...compare(a.value, b.value, ignore.split(',')) };
  }, [left, right, ignore]);

  return (
    <ToolsLayout lead="Two requests, answers, JSON documents or logs by structure: the order of members and the case of headers do not count, the order of lists is told. What you put in stays in this browser.">
      <div className={styles.columns}>
        {['One', 'The other'].map((name, index) => (
          <Field key={name} label={`${name}${answer ? ` (${(index === 0 ? answer.a : answer.b).form})` : ''}`}>
            {(id) => (
              <textarea
                id={id}
                className={styles.area}
                spellCheck={false}
                value={texts[index] ?? ''}
                onChange={(event) => change(index === 0 ? [event.target.value, right] : [left, event.target.value])}
              />
            )}
          </Field>
        ))}
      </div>
      <div className={styles.bar}>
        <Field label="Leave out paths (with commas between; * is any part)">
          {(id) => (
            <TextInput
              id={id}
              size={44}
              maxLength={500}
              placeholder="headers.date, *.timestamp"
              value={ignore}
              onChange={(event) => void navigate({ search: { ignore: event.target.value || undefined }, hash: true, replace: true })}
            />
          )}
        </Field>
        {left === '' && right === '' ? (
          <Button onClick={() => change(example)}>Show an example</Button>
        ) : (
          <Button onClick={() => change([right, left])}>Swap</Button>
        )}
      </div>
      {isTooLong && (
        <Notice>The texts are too long for the address: they stay on this page until you leave it, and a link does not hold them.</Notice>
      )}
      {answer && (
        <>
          {[answer.a.note, answer.b.note].filter(Boolean).map((note) => (
            <Notice key={note} tone="warning">
              {note}
            </Notice>
          ))}
          <div className={styles.path}>
            <h2>
              {answer.differences.length === 0
                ? 'No differences'
                : `${formatCount(answer.differences.length)} ${answer.differences.length === 1 ? 'difference' : 'differences'}`}
            </h2>
            <span className="quiet">
              {formatCount(answer.same)} values are the same
              {answer.leftOut > 0 ? `, ${formatCount(answer.leftOut)} ${answer.leftOut === 1 ? 'difference' : 'differences'} left out` : ''}
              {answer.isCut ? `; only the first ${formatCount(maxDifferences)} differences are listed` : ''}
            </span>
            {answer.differences.length > 0 && (
              <span className={styles.pushed}>
                <CopyButton text={() => asText(answer.differences)} of="the differences" label="Copy as text" />
              </span>
            )}
          </div>
          {answer.differences.length > 0 && <Differences differences={answer.differences} />}
        </>
      )}
    </ToolsLayout>
  );
}

const asText = (differences: readonly Difference[]) =>
  differences.map((one) => `${signs[one.kind]}\t${one.path}\t${one.before ?? ''}\t${one.after ?? ''}`).join('\n');

/** Rows in the page; a longer list is copied rather than read. */
const shownRows = 500;

function Differences({ differences }: { differences: readonly Difference[] }) {
  return (
    <>
      <table className={styles.difference}>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">Where</th>
            <th scope="col">One</th>
            <th scope="col">The other</th>
          </tr>
        </thead>
        <tbody>
          {differences.slice(0, shownRows).map((one, index) => (
            <tr key={index}>
              <td className={styles.sign} data-kind={one.kind}>
                {signs[one.kind]}
              </td>
              <td>{one.path}</td>
              <td>
                {one.before !== undefined && <Marked text={one.before} other={one.kind === 'changed' ? one.after : undefined} isBefore />}
              </td>
              <td>{one.after !== undefined && <Marked text={one.after} other={one.kind === 'changed' ? one.before : undefined} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {differences.length > shownRows && <p className="quiet">Rows after the first {shownRows} are in the text that can be copied.</p>}
    </>
  );
}

function Marked({ text, other, isBefore = false }: { text: string; other: string | undefined; isBefore?: boolean }) {
  const cut = text.length > shownLength ? '…' : '';
  if (other === undefined) {
    return (
      <>
        {text.slice(0, shownLength)}
        {cut}
      </>
    );
  }

  const part = isBefore ? differingPart(text, other) : differingPart(other, text);
  const end = isBefore ? part.endBefore : part.endAfter;
  return (
    <>
      {text.slice(0, Math.min(part.start, shownLength))}
      {end > part.start && <mark>{text.slice(part.start, Math.min(end, part.start + shownLength))}</mark>}
      {text.slice(end, end + shownLength)}
    </>
  );
}
