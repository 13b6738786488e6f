import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { servicesQuery } from '../../api/services';
import { EmptyRange } from '../../app/EmptyRange';
import shell from '../../app/shell.module.css';
import { clip } from '../../ui/clip';
import { Button, Failure, numberClass, NumberHeading, tableClass } from '../../ui/controls';
import { formatCount, formatShare } from '../../units/number';
import { rangeParameters, type Range } from '../../url/range';
import { ServiceMap } from '../map/ServiceMap';

const route = getRouteApi('/services');

const views = [
  [undefined, 'Map'],
  ['connections', 'Connections'],
  ['list', 'List'],
] as const;

/** Services: as a map, as a table of who calls whom, and as a list. */
export function ServicesPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { since, start, end, view, ...state } = search;
  const range = { since, start, end };
  const shown = views.find(([name]) => name === view)?.[0];
  return (
    <div className={shell.page}>
      <div className={shell.heading}>
        <h1>Services</h1>
        {views.map(([name, label]) => (
          <Button
            key={label}
            aria-pressed={name === shown}
            onClick={() => void navigate({ search: (known) => ({ ...known, view: name }) })}
          >
            {label}
          </Button>
        ))}
      </div>
      {shown === 'list' ? (
        <ServiceList range={range} />
      ) : (
        <ServiceMap
          state={state}
          range={range}
          isTable={shown === 'connections'}
          // Typing and choosing are no steps to go back over; where one went is.
          change={(part) =>
            void navigate({ search: (known) => ({ ...known, ...part }), replace: !('focus' in part || 'open' in part || 'group' in part) })
          }
        />
      )}
    </div>
  );
}

function ServiceList({ range }: { range: Range }) {
  const answer = useQuery({ ...servicesQuery(rangeParameters(range)), placeholderData: keepPreviousData });
  const services = [...(answer.data?.services ?? [])].sort(
    (a, b) => b.errorCount / Math.max(1, b.spanCount) - a.errorCount / Math.max(1, a.spanCount) || b.spanCount - a.spanCount,
  );
  return (
    <>
      {answer.error && <Failure error={answer.error} retry={() => void answer.refetch()} />}
      {answer.data && services.length === 0 && <EmptyRange title="No service sent spans or logs in this stretch of time." />}
      {services.length > 0 && (
        <table className={tableClass}>
          <caption className="visually-hidden">Services, those that fail most first</caption>
          <thead>
            <tr>
              <th scope="col">Service</th>
              <NumberHeading>Spans</NumberHeading>
              <NumberHeading>Failed</NumberHeading>
              <NumberHeading>Share</NumberHeading>
              <NumberHeading>Log records</NumberHeading>
            </tr>
          </thead>
          <tbody>
            {services.map((service) => (
              <tr key={service.name}>
                <td>
                  <Link to="/services/$service" params={{ service: service.name }} search={range} title={service.name}>
                    {clip(service.name)}
                  </Link>
                </td>
                <td className={numberClass}>{formatCount(service.spanCount)}</td>
                <td className={numberClass}>{formatCount(service.errorCount)}</td>
                <td className={numberClass}>{service.spanCount > 0 ? formatShare(service.errorCount / service.spanCount) : '–'}</td>
                <td className={numberClass}>{formatCount(service.logCount)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
