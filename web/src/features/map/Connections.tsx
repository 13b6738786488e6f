import { NumberHeading, numberClass, tableClass } from '../../ui/controls';
import { formatCount, formatShare } from '../../units/number';
import { formatDuration, nanos } from '../../units/time';
import { healthOf, healthWords, kindWords, type ServiceGraph } from './graph';
import styles from './map.module.css';
import { rateText } from './MapView';

const listed = 1_000;

/** The map as a table: who calls whom, how often, how well. */
export function Connections({ graph, seconds, select }: { graph: ServiceGraph; seconds: number; select: (id: string) => void }) {
  const node = new Map(graph.nodes.map((one) => [one.id, one]));
  const rows = [...graph.edges].sort((a, b) => b.errors / Math.max(1, b.calls) - a.errors / Math.max(1, a.calls) || b.calls - a.calls);
  return (
    <>
      <table className={tableClass}>
        <caption className="visually-hidden">Who calls whom, connections that fail most first</caption>
        <thead>
          <tr>
            <th scope="col">Caller</th>
            <th scope="col">Called</th>
            <th scope="col">Kind</th>
            <th scope="col">Health</th>
            <NumberHeading>Rate</NumberHeading>
            <NumberHeading>Calls</NumberHeading>
            <NumberHeading>Failed</NumberHeading>
            <NumberHeading>p95</NumberHeading>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, listed).map((edge) => {
            const [from, to] = [node.get(edge.from), node.get(edge.to)];
            const health = healthWords[healthOf(edge)];
            return (
              <tr key={edge.id}>
                {[from, to].map((one, index) => (
                  <td key={index}>
                    <button type="button" className={styles.link} onClick={() => one && select(one.id)}>
                      {one?.name}
                    </button>
                  </td>
                ))}
                <td>{to && kindWords[to.kind]}</td>
                <td>
                  <strong style={{ color: health.color }}>{health.sign}</strong> {health.word}
                </td>
                <td className={numberClass}>{rateText(edge.calls, seconds)}</td>
                <td className={numberClass}>{formatCount(Math.round(edge.calls))}</td>
                <td className={numberClass}>{edge.errors > 0 ? formatShare(Math.min(1, edge.errors / Math.max(1e-9, edge.calls))) : ''}</td>
                <td className={numberClass}>{edge.p95 === null ? '' : formatDuration(nanos(edge.p95 * 1e9))}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {rows.length > listed && (
        <p className="quiet">
          The first {formatCount(listed)} of {formatCount(rows.length)} connections.
        </p>
      )}
    </>
  );
}
