import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { CopyButton } from '../../../ui/CopyButton';
import { Button, Field, Notice, TextInput } from '../../../ui/controls';
import { formatCount } from '../../../units/number';
import { ToolsLayout } from '../ToolsLayout';
import styles from '../tools.module.css';
import { useFragmentTexts } from '../useFragmentTexts';
import { JsonError, readJson, type JsonDocument } from './document';
import { JsonTree } from './JsonTree';

const route = getRouteApi('/tools/json');
const oneText = 1;

/** Above so many nodes a document is shown with only its uppermost level open. */
const openAtFirst = 2_000;

function read(text: string): { document: JsonDocument | null; error: string } {
  if (text.trim() === '') {
    return { document: null, error: '' };
  }

  try {
    return { document: readJson(text), error: '' };
  } catch (error) {
    if (error instanceof JsonError) {
      return { document: null, error: error.message };
    }

    throw error;
  }
}

/** A JSON document, or lines of them, as a tree. */
export function JsonPage() {
  const { q = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const { texts, change, isTooLong } = useFragmentTexts(oneText);
  const text = texts[0] ?? '';
  const { document, error } = useMemo(() => read(text), [text]);
  const found = useMemo(() => (document && q.trim() ? document.find(q.trim()) : []), [document, q]);
  const [isEditing, setEditing] = useState(true);

  return (
    <ToolsLayout lead="A document, or lines of them, as a tree: search it, copy paths and values. Long numbers keep every digit. What you put in stays in this browser.">
      <div className={styles.bar}>
        <label className="visually-hidden" htmlFor="document">
          JSON
        </label>
        {isEditing || !document ? (
          <textarea
            id="document"
            className={styles.area}
            spellCheck={false}
            value={text}
            placeholder='{"traceId": "4bf92f3577b34da6a3ce929d0e0e4736"}'
            onChange={(event) => change([event.target.value])}
          />
        ) : null}
        <label className={styles.bar}>
          <span>Open a file</span>
          <input
            type="file"
            accept=".json,.jsonl,.ndjson,.log,.txt,application/json"
            onChange={(event) => {
              void event.target.files?.[0]?.text().then((content) => {
                change([content]);
                setEditing(false);
              });
            }}
          />
        </label>
        {document && <Button onClick={() => setEditing(!isEditing)}>{isEditing ? 'Hide the text' : 'Edit the text'}</Button>}
        {document && (
          <span className={styles.pushed}>
            <Field label="Find in names and values">
              {(id) => (
                <TextInput
                  id={id}
                  type="search"
                  value={q}
                  onChange={(event) => void navigate({ search: { q: event.target.value || undefined }, hash: true, replace: true })}
                />
              )}
            </Field>
          </span>
        )}
      </div>
      {isTooLong && (
        <Notice>The document is too long for the address: it stays on this page until you leave it, and a link does not hold it.</Notice>
      )}
      {error && <Notice tone="error">{error}</Notice>}
      {document && (
        <>
          <div className={styles.path}>
            <span className="quiet">
              {formatCount(document.size)} values{document.isLines ? `, ${formatCount(document.count(0))} documents` : ''}
              {q.trim() ? `, ${formatCount(found.length)} found` : ''}
            </span>
            <span className={styles.pushed}>
              <CopyButton text={() => document.indented()} of="the document, indented" label="Copy indented" />
            </span>
          </div>
          <JsonTree key={text} document={document} found={found} startsOpen={document.size <= openAtFirst} />
        </>
      )}
    </ToolsLayout>
  );
}
