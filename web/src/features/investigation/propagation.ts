import type { PropagationStep, Report } from '../../api/investigations';
import type { Moment } from '../../units/time';

/** A step as the map plays it: who showed trouble, from whom it came, when and how. */
export interface MapStep {
  readonly from: string | null;
  readonly to: string;
  readonly time: Moment | null;
  readonly statement: string;
}

export interface MapNode {
  readonly name: string;
  /** Steps away from where it began; 0 is where it began. */
  readonly column: number;
  /** Place within its column. */
  readonly row: number;
  /** Index of the step in which trouble shows here. */
  readonly step: number;
}

export interface MapEdge {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

export interface PropagationMap {
  readonly steps: readonly MapStep[];
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
  readonly columns: number;
  readonly rows: number;
  /** Steps that are not shown. */
  readonly left: number;
}

/** Steps that a map shows; more cannot be read. */
export const mostSteps = 24;

export const users = 'Users';

/** The report's propagation in its order, and at last what users feel. */
export function stepsOf(report: Pick<Report, 'propagation' | 'impact'>): readonly MapStep[] {
  const steps = [...report.propagation]
    .sort((a, b) => a.order - b.order)
    .map((step: PropagationStep): MapStep => ({
      from: step.from ?? null,
      to: step.to,
      time: step.time ?? null,
      statement: step.statement,
    }));
  const [worst] = report.impact;
  const [origin] = steps;
  if (!origin || !worst) {
    return steps;
  }

  // Users meet it at an entry point; where that is no step itself, all that is known is where it began.
  const entry = report.impact.find((impact) => steps.some((step) => step.to === impact.service));
  return [...steps, { from: entry?.service ?? origin.to, to: users, time: null, statement: (entry ?? worst).summary }];
}

/** Where everything stands: a column for each step away from the origin, in each column the earliest first. A loop back adds an edge, not a place. */
export function layoutOf(all: readonly MapStep[]): PropagationMap {
  const steps = all.slice(0, mostSteps);
  const index = new Map<string, number>();
  const nodes: { name: string; column: number; row: number; step: number }[] = [];
  const edges: MapEdge[] = [];
  const filled: number[] = [];
  const put = (name: string, column: number, step: number): number => {
    const known = index.get(name);
    if (known !== undefined) {
      return known;
    }

    const row = filled[column] ?? 0;
    filled[column] = row + 1;
    index.set(name, nodes.length);
    return nodes.push({ name, column, row, step }) - 1;
  };
  steps.forEach((step, at) => {
    if (step.from === null) {
      put(step.to, 0, at);
    } else {
      // Where trouble came from may never have been a step itself.
      const from = put(step.from, 0, at);
      const to = put(step.to, (nodes[from]?.column ?? 0) + 1, at);
      if (from !== to) {
        edges.push({ from, to, step: at });
      }
    }
  });

  const rows = Math.max(0, ...filled.map((count) => count));
  // Columns with fewer places stand in the middle.
  const placed = nodes.map((node) => ({ ...node, row: node.row + (rows - (filled[node.column] ?? 0)) / 2 }));
  return { steps, nodes: placed, edges, columns: filled.length, rows, left: all.length - steps.length };
}

/** How a node or an edge stands at a step that is shown: still to come, just now, or since before. */
export function phase(step: number, shown: number): 'later' | 'now' | 'since' {
  return step > shown ? 'later' : step === shown ? 'now' : 'since';
}
