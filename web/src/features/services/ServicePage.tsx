import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { dependenciesQuery, operationsQuery } from '../../api/services';
import shell from '../../app/shell.module.css';
import { buttonClass, Failure, Notice, numberClass, NumberHeading, tableClass } from '../../ui/controls';
import { formatCount, formatShare } from '../../units/number';
import { formatDuration } from '../../units/time';
import { rangeParameters } from '../../url/range';

const route = getRouteApi('/services/$service');

/** One service: what it does, how well, and with whom. */
export function ServicePage() {
  const { service } = route.useParams();
  const search = route.useSearch();
  const parameters = rangeParameters(search);
  const operations = useQuery({ ...operationsQuery(service, parameters), placeholderData: keepPreviousData });
  const dependencies = useQuery({ ...dependenciesQuery({ ...parameters, service }), placeholderData: keepPreviousData });
  const edges = dependencies.data?.dependencies ?? [];
  return (
    <div className={shell.page}>
      <div className={shell.heading}>
        <h1>{service}</h1>
        <Link className={buttonClass} to="/traces" search={{ ...search, service: [service] }}>
          Traces
        </Link>
        <Link className={buttonClass} to="/traces" search={{ ...search, service: [service], status: 'error' }}>
          Failed traces
        </Link>
      </div>
      {operations.error && <Failure error={operations.error} retry={() => void operations.refetch()} />}
      <h2>Operations</h2>
      {operations.data?.operations.length === 0 && <Notice>{service} sent no spans in this stretch of time.</Notice>}
      {operations.data && operations.data.operations.length > 0 && (
        <table className={tableClass}>
          <thead>
            <tr>
              <th scope="col">Operation</th>
              <th scope="col">Kind</th>
              {['Spans', 'Failed', 'Median', 'p95', 'p99'].map((name) => (
                <NumberHeading key={name}>{name}</NumberHeading>
              ))}
            </tr>
          </thead>
          <tbody>
            {operations.data.operations.map((operation) => (
              <tr key={`${operation.kind} ${operation.name}`}>
                <td>
                  <Link to="/traces" search={{ ...search, service: [service], operation: operation.name }}>
                    {operation.name}
                  </Link>
                </td>
                <td>{operation.kind}</td>
                <td className={numberClass}>{formatCount(operation.spanCount)}</td>
                <td className={numberClass}>
                  {operation.errorCount > 0
                    ? `${formatCount(operation.errorCount)} (${formatShare(operation.errorCount / operation.spanCount)})`
                    : ''}
                </td>
                <td className={numberClass}>{formatDuration(operation.p50DurationNanos)}</td>
                <td className={numberClass}>{formatDuration(operation.p95DurationNanos)}</td>
                <td className={numberClass}>{formatDuration(operation.p99DurationNanos)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Neighbours
        title="Called by"
        edges={edges.filter((edge) => edge.callee === service).map((edge) => ({ ...edge, other: edge.caller }))}
      />
      <Neighbours title="Calls" edges={edges.filter((edge) => edge.caller === service).map((edge) => ({ ...edge, other: edge.callee }))} />
    </div>
  );
}

function Neighbours({ title, edges }: { title: string; edges: readonly { other: string; callCount: number; errorCount: number }[] }) {
  return (
    <>
      <h2>{title}</h2>
      {edges.length === 0 ? (
        <p className="quiet">None seen.</p>
      ) : (
        <table className={tableClass}>
          <thead>
            <tr>
              <th scope="col">Service</th>
              <NumberHeading>Calls</NumberHeading>
              <NumberHeading>Failed</NumberHeading>
            </tr>
          </thead>
          <tbody>
            {edges.map((edge) => (
              <tr key={edge.other}>
                <td>
                  <Link to="/services/$service" params={{ service: edge.other }}>
                    {edge.other}
                  </Link>
                </td>
                <td className={numberClass}>{formatCount(edge.callCount)}</td>
                <td className={numberClass}>
                  {edge.errorCount > 0 ? `${formatCount(edge.errorCount)} (${formatShare(edge.errorCount / edge.callCount)})` : ''}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
