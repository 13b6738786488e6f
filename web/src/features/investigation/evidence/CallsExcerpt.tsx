import { useQuery } from '@tanstack/react-query';
import { dependenciesQuery } from '../../../api/services';
import { Failure, numberClass, tableClass } from '../../../ui/controls';
import { formatCount, formatShare } from '../../../units/number';

/** Who called whom in that time. */
export function CallsExcerpt({ parameters }: { parameters: Record<string, string | string[]> }) {
  const answer = useQuery({ ...dependenciesQuery(parameters), staleTime: 60_000 });
  if (answer.error) {
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  }

  return !answer.data ? (
    <p className="quiet">Reading calls …</p>
  ) : (
    <table className={tableClass}>
      <thead>
        <tr>
          <th scope="col">Caller</th>
          <th scope="col">Callee</th>
          <th scope="col" className={numberClass}>
            Calls
          </th>
          <th scope="col" className={numberClass}>
            Failed
          </th>
        </tr>
      </thead>
      <tbody>
        {[...answer.data.dependencies]
          .sort((a, b) => b.errorCount - a.errorCount || b.callCount - a.callCount)
          .slice(0, 12)
          .map((edge) => (
            <tr key={`${edge.caller} ${edge.callee}`}>
              <td>{edge.caller}</td>
              <td>{edge.callee}</td>
              <td className={numberClass}>{formatCount(edge.callCount)}</td>
              <td className={numberClass}>
                {edge.errorCount > 0 ? `${formatCount(edge.errorCount)} (${formatShare(edge.errorCount / edge.callCount)})` : ''}
              </td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}
