import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { servicesQuery } from '../../api/services';
import shell from '../../app/shell.module.css';
import { Failure, Notice, numberClass, NumberHeading, tableClass } from '../../ui/controls';
import { formatCount, formatShare } from '../../units/number';
import { rangeParameters } from '../../url/range';

const route = getRouteApi('/services');

export function ServicesPage() {
  const search = route.useSearch();
  const answer = useQuery({ ...servicesQuery(rangeParameters(search)), placeholderData: keepPreviousData });
  const services = [...(answer.data?.services ?? [])].sort(
    (a, b) => b.errorCount / Math.max(1, b.spanCount) - a.errorCount / Math.max(1, a.spanCount) || b.spanCount - a.spanCount,
  );
  return (
    <div className={shell.page}>
      <h1>Services</h1>
      {answer.error && <Failure error={answer.error} retry={() => void answer.refetch()} />}
      {answer.data && services.length === 0 && (
        <Notice>No service sent spans or logs in this stretch of time. Choose a longer one above.</Notice>
      )}
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
                  <Link to="/services/$service" params={{ service: service.name }} search={search}>
                    {service.name}
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
    </div>
  );
}
