import type { Cause, Report } from '../../api/investigations';
import { capital } from './words';
import type { ReportState } from './state';
import { revealEvidence } from './reveal';
import styles from './fishbone.module.css';

const categories = ['people', 'process', 'technology', 'environment'] as const;

const nothing: Record<(typeof categories)[number], string> = {
  people: 'Telemetry does not tell of people, and Clew does not guess.',
  process: 'Nothing seen in the data.',
  technology: 'Nothing seen in the data.',
  environment: 'Nothing seen in the data.',
};

/** What contributed, by the four classical branches, along a spine to the effect. */
export function Fishbone({ report, cause, state }: { report: Report; cause: Cause; state: ReportState }) {
  return (
    <div className={styles.fish}>
      {categories.map((category) => {
        const items = report.fishbone.find((branch) => branch.category === category)?.items ?? [];
        return (
          <div key={category} className={styles.branch} data-category={category}>
            <svg className={styles.bone} viewBox="0 0 10 10" preserveAspectRatio="none" aria-hidden="true">
              <line
                x1="0"
                y1={category === 'people' || category === 'process' ? 0 : 10}
                x2="10"
                y2={category === 'people' || category === 'process' ? 10 : 0}
              />
            </svg>
            <h3>{capital(category)}</h3>
            {items.length === 0 ? (
              <p className="quiet">{nothing[category]}</p>
            ) : (
              <ul>
                {items.map((item, index) => (
                  <li key={index}>
                    {item.text}{' '}
                    {item.evidence
                      .filter((id) => !id.startsWith('change:'))
                      .map((id) => (
                        <button
                          key={id}
                          type="button"
                          className={styles.cite}
                          aria-label={`Show evidence ${id}`}
                          onClick={() => revealEvidence(state, cause, id)}
                        >
                          {id}
                        </button>
                      ))}
                  </li>
                ))}
              </ul>
            )}
          </div>
        );
      })}
      <div className={styles.spine} aria-hidden="true" />
      <div className={styles.effect}>
        <b>Effect</b>
        <span>{cause.effect ?? cause.summary}</span>
      </div>
    </div>
  );
}
