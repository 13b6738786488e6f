import type { Cause } from '../../api/investigations';
import { factorNames, formatScore } from './words';
import styles from './investigation.module.css';

/** What the score is made of. */
export function Factors({ cause }: { cause: Cause }) {
  return cause.factors.length === 0 ? null : (
    <details className={styles.factors}>
      <summary>How the score of {formatScore(cause.score)} comes about</summary>
      <table>
        <tbody>
          {cause.factors.map((factor) => (
            <tr key={factor.name}>
              <th scope="row">{factorNames[factor.name] ?? factor.name}</th>
              <td>
                <meter
                  min={0}
                  max={1}
                  value={factor.value}
                  aria-label={`${factorNames[factor.name] ?? factor.name}: ${factor.value.toFixed(2)} of 1`}
                />
              </td>
              <td>{factor.value.toFixed(2)}</td>
              <td>{factor.statement}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
