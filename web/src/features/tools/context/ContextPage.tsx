import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { CopyButton } from '../../../ui/CopyButton';
import { Button, buttonClass, Field, Notice, tableClass } from '../../../ui/controls';
import { ToolsLayout } from '../ToolsLayout';
import styles from '../tools.module.css';
import { useFragmentTexts } from '../useFragmentTexts';
import { disagreements, maxText, readContexts, readHeaders, writtenAs, type Context } from './read';

const oneText = 1;
const judgements = { good: '✓ fine', odd: '! odd', wrong: '✗ wrong' } as const;
const example =
  'traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\ntracestate: ot=th:c, dd=s:1;o:rum\nbaggage: user.tier=gold, tenant=north%20shop\nb3: a3ce929d0e0e4736-00f067aa0ba902b7-0';

/** Headers that carry a trace's context, taken apart and judged. */
export function ContextPage() {
  const { texts, change, isTooLong } = useFragmentTexts(oneText);
  const text = texts[0] ?? '';
  const { contexts, others } = useMemo(() => readContexts(readHeaders(text)), [text]);
  const problems = useMemo(() => disagreements(contexts), [contexts]);
  const whole = contexts.find((context) => context.traceId !== undefined && context.spanId !== undefined && context.isLowHalf !== true);

  return (
    <ToolsLayout lead="What trace context headers say, and why a receiver would not read them: W3C, B3, Jaeger, X-Ray, Google Cloud, Datadog. What you put in stays in this browser.">
      <Field label="Headers: lines, curl's -H, a JSON object, or a single value">
        {(id) => (
          <textarea
            id={id}
            className={styles.area}
            spellCheck={false}
            maxLength={maxText}
            value={text}
            placeholder="traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
            onChange={(event) => change([event.target.value])}
          />
        )}
      </Field>
      {text === '' && (
        <div className={styles.bar}>
          <Button onClick={() => change([example])}>Show an example</Button>
        </div>
      )}
      {isTooLong && <Notice>The headers are too long for the address: a link to this page does not hold them.</Notice>}
      {text.trim() !== '' && contexts.length === 0 && (
        <Notice tone="warning">
          <strong>No trace context in there.</strong>
          <span>
            Known are traceparent, tracestate, baggage, b3, x-b3-…, uber-trace-id, uberctx-…, X-Amzn-Trace-Id, X-Cloud-Trace-Context and
            x-datadog-…. A callee that receives none of them begins a trace of its own.
          </span>
        </Notice>
      )}
      {problems.map((problem) => (
        <Notice key={problem} tone="warning">
          {problem}
        </Notice>
      ))}
      <div className={styles.columns}>
        {contexts.map((context, index) => (
          <One key={`${context.format} ${index}`} context={context} />
        ))}
        {whole?.traceId !== undefined && whole.spanId !== undefined && (
          <section className={styles.card}>
            <h2>The same in other formats</h2>
            <table className={styles.forms}>
              <tbody>
                {writtenAs({
                  traceId: whole.traceId,
                  spanId: whole.spanId,
                  ...(whole.sampled !== undefined && { sampled: whole.sampled }),
                }).map((header) => (
                  <tr key={header.name}>
                    <th scope="row">{header.name}</th>
                    <td className={styles.value}>{header.value}</td>
                    <td>
                      <CopyButton text={`${header.name}: ${header.value}`} of={header.name} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        )}
      </div>
      {others.length > 0 && <p className="quiet">Not about tracing: {others.slice(0, 30).join(', ')}</p>}
    </ToolsLayout>
  );
}

function One({ context }: { context: Context }) {
  return (
    <section className={styles.card}>
      <div className={styles.path}>
        <h2>{context.format}</h2>
        {context.traceId !== undefined && (
          <span className={styles.pushed}>
            <Link
              className={buttonClass}
              to="/traces/$traceId"
              params={{ traceId: context.isLowHalf === true ? context.traceId.slice(16) : context.traceId }}
              search={{ span: context.spanId }}
            >
              Open the trace
            </Link>
          </span>
        )}
      </div>
      <table className={tableClass}>
        <caption className="visually-hidden">Fields of {context.format}</caption>
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">Value</th>
            <th scope="col">Judgement</th>
          </tr>
        </thead>
        <tbody>
          {context.fields.map((one, index) => (
            <tr key={index}>
              <td>{one.name}</td>
              <td className={styles.value}>{one.value}</td>
              <td>
                <span className={styles.judgement} data-judgement={one.judgement}>
                  {judgements[one.judgement]}
                </span>{' '}
                {one.note}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
