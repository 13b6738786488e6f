import { Link } from '@tanstack/react-router';
import type { Cause, Evidence, Report } from '../../../api/investigations';
import { ChangeCard, ChangesExcerpt } from './ChangesExcerpt';
import { ClusterExcerpt } from './ClusterExcerpt';
import { CallsExcerpt } from './CallsExcerpt';
import { kindOf, parametersOf } from './kind';
import { quoted } from './like';
import { LogExcerpt } from './LogExcerpt';
import { MetricExcerpt } from './MetricExcerpt';
import { MatchingTraces, TraceExcerpts } from './TraceExcerpts';
import styles from './evidence.module.css';

/** The thing itself that a piece of evidence points to, fetched when it is opened. */
export function Proof({ evidence, report, cause }: { evidence: Evidence; report: Report; cause: Cause }) {
  const { check, traceIds } = evidence;
  const parameters = check ? parametersOf(check) : {};
  const kind = kindOf(evidence).name;
  return (
    <div className={styles.proof}>
      {kind === 'log' && check && <LogExcerpt check={check} parameters={parameters} sample={quoted(evidence.statement)} />}
      {kind === 'metric' && <MetricExcerpt parameters={parameters} report={report} onset={evidence.onset} />}
      {kind === 'change' && (cause.change ? <ChangeCard change={cause.change} /> : <ChangesExcerpt parameters={parameters} />)}
      {kind === 'cluster' && check && <ClusterExcerpt api={check.api} parameters={parameters} />}
      {kind === 'calls' && <CallsExcerpt parameters={parameters} />}
      {kind === 'alert' && (
        <p className="quiet">
          Alerts of that time stand in the <a href="#timeline">timeline</a>.
        </p>
      )}
      {traceIds.length > 0 && <TraceExcerpts traceIds={traceIds} service={cause.service} />}
      {kind === 'trace' && traceIds.length === 0 && check?.api === '/api/traces' && <MatchingTraces parameters={parameters} />}
      {check?.api === '/api/traces' && (
        <p>
          <Link to="/traces" search={tracesSearch(parameters)}>
            All traces that match
          </Link>
        </p>
      )}
    </div>
  );
}

/** The same question as the page of traces takes it. */
function tracesSearch(parameters: Record<string, string | string[]>) {
  const one = (name: string) => {
    const value = parameters[name];
    return Array.isArray(value) ? value[0] : value;
  };
  const all = (name: string) => {
    const value = parameters[name];
    return value === undefined ? undefined : Array.isArray(value) ? value : [value];
  };
  return {
    service: all('service'),
    operation: one('operation'),
    status: one('status'),
    minDuration: one('minDuration'),
    maxDuration: one('maxDuration'),
    attr: all('attr'),
    start: one('start'),
    end: one('end'),
  };
}
