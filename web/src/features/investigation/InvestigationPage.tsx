import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { investigationQuery } from '../../api/investigations';
import { ProblemError } from '../../api/problem';
import shell from '../../app/shell.module.css';
import { buttonClass, Failure, Notice } from '../../ui/controls';
import { ReportView } from './ReportView';

const route = getRouteApi('/investigations/$id');

/** A remembered investigation. */
export function InvestigationPage() {
  const { id } = route.useParams();
  const answer = useQuery(investigationQuery(id));
  if (answer.error) {
    return (
      <div className={shell.page}>
        {answer.error instanceof ProblemError && answer.error.problem.status === 404 ? (
          <>
            <h1>This investigation is not remembered.</h1>
            <Notice>
              <span>{answer.error.message} Retention may have removed it, or it is on another server.</span>
            </Notice>
          </>
        ) : (
          <>
            <h1>Investigation {id}</h1>
            <Failure error={answer.error} retry={() => void answer.refetch()} />
          </>
        )}
        <p>
          <Link to="/investigations" className={buttonClass}>
            All incidents
          </Link>
        </p>
      </div>
    );
  }

  return answer.data ? <ReportView received={answer.data} id={id} /> : <p className={shell.page}>Reading the report …</p>;
}
