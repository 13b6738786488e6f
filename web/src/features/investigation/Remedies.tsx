import type { Report } from '../../api/investigations';
import { Command } from './Command';
import { remediesFor } from './facts';
import styles from './investigation.module.css';

const titles = [
  ['now', 'Now: stop the effect'],
  ['verify', 'Then: see that it stopped'],
  ['later', 'Later: keep it from coming back'],
] as const;

/** What helps against this kind of cause, with commands to take along. */
export function Remedies({ report }: { report: Report }) {
  const named = report.verdict === 'CONFIRMED' || report.verdict === 'LIKELY';
  return (
    <>
      {titles.map(([when, title]) => {
        const remedies = remediesFor(report, when);
        return remedies.length === 0 ? null : (
          <div key={when} className={styles.remedies}>
            <h3>{title}</h3>
            <Steps steps={remedies} />
          </div>
        );
      })}
      {report.nextSteps.length > 0 && (
        <div className={styles.remedies}>
          <h3>{named ? 'To see more' : 'What to look at next'}</h3>
          <Steps steps={report.nextSteps} />
        </div>
      )}
      {report.remedies.some(({ command }) => command?.includes('<')) && (
        <p className="quiet">Angle brackets in commands mark what only you can know.</p>
      )}
    </>
  );
}

function Steps({ steps }: { steps: readonly { readonly text: string; readonly command?: string | undefined }[] }) {
  return (
    <ol>
      {steps.map((step, index) => (
        <li key={index}>
          {step.text}
          {step.command !== undefined && <Command text={step.command} />}
        </li>
      ))}
    </ol>
  );
}
