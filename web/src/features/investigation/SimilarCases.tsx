import { Link } from '@tanstack/react-router';
import type { Report } from '../../api/investigations';
import { usePreferences } from '../../app/preferences';
import { formatShare } from '../../units/number';
import { formatMoment } from '../../units/time';
import { Section } from './ReportView';
import { VerdictBadge } from './VerdictBadge';
import { headlineOf } from './words';
import styles from './investigation.module.css';

/** Earlier investigations like this one. */
export function SimilarCases({ report }: { report: Report }) {
  const { zone } = usePreferences();
  return report.similar.length === 0 ? null : (
    <Section id="similar" title="Seen before">
      <ul className={styles.rejected}>
        {report.similar.map((past) => (
          <li key={past.id}>
            <div>
              <VerdictBadge verdict={past.verdict} />{' '}
              <Link to="/investigations/$id" params={{ id: past.id }}>
                {headlineOf(past.headline)}
              </Link>
            </div>
            <p className="quiet">
              {formatMoment(past.time, zone, 0)}, {formatShare(past.similarity)} alike: {past.why}
            </p>
          </li>
        ))}
      </ul>
    </Section>
  );
}
