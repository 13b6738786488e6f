import { getRouteApi } from '@tanstack/react-router';
import shell from '../../app/shell.module.css';
import { Button } from '../../ui/controls';
import { useWindow } from '../metrics/window';
import panels from '../panels/panels.module.css';
import { Debugging } from './Debugging';
import { Executive } from './Executive';
import { objectiveOf } from './objective';
import { OnCall } from './OnCall';
import { Tracing } from './Tracing';

const route = getRouteApi('/dashboards');

const boards = [
  [undefined, 'Executive', 'Is what was promised kept, and at what price?'],
  ['oncall', 'On call', 'What is broken, whom does it hit, and where does one look first?'],
  ['debug', 'Debug', 'From an id, a user or a path to the spans, lines and statements behind it.'],
  ['tracing', 'Tracing itself', 'Can the traces be believed? Ten measures of the tracing.'],
] as const;

/** Dashboards that are there from the start. Every panel says what it asks, and opens where one can go on asking. */
export function DashboardsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { since, start, end, board } = search;
  const range = { since, start, end };
  const [window, again] = useWindow(range);
  const [, title, purpose] = boards.find(([name]) => name === board) ?? boards[0];
  return (
    <div className={shell.page}>
      <div className={shell.heading}>
        <h1>Dashboards</h1>
        <nav className={panels.tabs} aria-label="Dashboards">
          {boards.map(([name, label]) => (
            <Button
              key={label}
              aria-pressed={label === title}
              onClick={() => void navigate({ search: (known) => ({ ...known, board: name }) })}
            >
              {label}
            </Button>
          ))}
        </nav>
        <Button onClick={again}>Ask again</Button>
        <span className="quiet">{purpose}</span>
      </div>
      {title === 'On call' ? (
        <OnCall window={window} />
      ) : title === 'Debug' ? (
        <Debugging window={window} />
      ) : title === 'Tracing itself' ? (
        <Tracing window={window} />
      ) : (
        <Executive
          window={window}
          objective={objectiveOf(search.slo, search.faster)}
          change={(part) => void navigate({ search: (known) => ({ ...known, ...part }), replace: true })}
        />
      )}
    </div>
  );
}
