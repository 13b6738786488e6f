import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { redactionPreviewQuery } from '../../api/settings';
import { Badge, Button, Failure, Field, TextInput } from '../../ui/controls';
import styles from './settings.module.css';

/** Characters that are tried at once; a file goes through `clew redact test`. */
const maxLength = 100_000;

// Parts of what looks like secrets, put together here so that no scanner of source files takes them for real ones.
const example = [
  'login of bob failed, pass' + 'word=hunter2',
  'GET /orders?id=7&api_' + 'key=' + 'k'.repeat(20),
  'user ada@shop.example paid 12 EUR',
].join('\n');

/** What redaction would make of a text, by the rules in force. The text is sent to the server, looked at and forgotten. */
export function RedactionTrial() {
  const [text, setText] = useState('');
  const [key, setKey] = useState('');
  const [isStatement, setStatement] = useState(false);
  const asked = useDeferredValue(text);
  const answer = useQuery({
    ...redactionPreviewQuery(asked, key, isStatement),
    enabled: asked !== '',
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  return (
    <section className={styles.trial}>
      <h2>Try it</h2>
      <p className="quiet">
        What would be stored of a text, by the rules in force. The text goes to this server, which keeps nothing of it.
      </p>
      <div className={styles.head}>
        <Field label="As the value of the attribute (optional)">
          {(id) => (
            <TextInput
              id={id}
              value={key}
              maxLength={300}
              placeholder="http.request.header.x-api-key"
              onChange={(event) => setKey(event.target.value)}
            />
          )}
        </Field>
        <label className={styles.check}>
          <input type="checkbox" checked={isStatement} onChange={(event) => setStatement(event.target.checked)} /> as a database statement
        </label>
        {text === '' && <Button onClick={() => setText(example)}>Show an example</Button>}
      </div>
      <div className={styles.sides}>
        <Field label="Before">
          {(id) => (
            <textarea
              id={id}
              className={styles.area}
              spellCheck={false}
              maxLength={maxLength}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
        <div className={styles.after}>
          <span className="quiet">
            {text === '' ? 'After' : answer.data ? `After: ${answer.data.changed} of ${answer.data.lines.length} lines changed` : 'After …'}
          </span>
          <pre className={styles.area} role="region" aria-label="After redaction" tabIndex={0}>
            {text !== '' &&
              answer.data?.lines.map((line, index) => (
                <span key={index} data-changed={line.isChanged}>
                  {line.after}
                  {Object.keys(line.rules).map((rule) => (
                    <Badge key={rule} tone="warning">
                      {rule}
                    </Badge>
                  ))}
                  {'\n'}
                </span>
              ))}
          </pre>
        </div>
      </div>
      {answer.error && <Failure error={answer.error} />}
    </section>
  );
}
