import { queryOptions } from '@tanstack/react-query';
import type { ELK, ElkNode } from 'elkjs/lib/elk-api';
import workerAddress from 'elkjs/lib/elk-worker.min.js?url';
import { layersOf } from './layers';

export interface Place {
  readonly x: number;
  readonly y: number;
}

/** What is laid out: boxes, and arrows between them. Only this decides where things are, so the same graph always looks the same. */
export interface GraphShape {
  readonly nodes: readonly { readonly id: string; readonly width: number; readonly height: number }[];
  readonly edges: readonly { readonly id: string; readonly from: string; readonly to: string }[];
  /** Room for a label at every edge; none when absent. */
  readonly label?: { readonly width: number; readonly height: number };
}

export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly isSpline: boolean;
  /** Upper left corners. */
  readonly nodes: ReadonlyMap<string, Place>;
  readonly edges: ReadonlyMap<string, { readonly points: readonly Place[]; readonly label: Place | null }>;
}

let engine: Promise<ELK> | null = null;

/** The layout runs in a worker, a file of our own: the page stays quick, whatever the size. */
function elk(): Promise<ELK> {
  engine ??= import('elkjs/lib/elk-api.js').then(({ default: Elk }) => new Elk({ workerFactory: () => new Worker(workerAddress) }));
  return engine;
}

/** Graphs with more edges are arranged by a simple rule (layers.ts): the best place for each takes many seconds then. */
const careful = 80;

/** Layers from left to right in the direction of calls. */
export async function layoutOf(shape: GraphShape): Promise<GraphLayout> {
  if (shape.edges.length > careful) {
    return layersOf(shape);
  }

  const root: ElkNode = {
    id: 'root',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': 'RIGHT',
      'elk.randomSeed': '1',
      'elk.layered.spacing.nodeNodeBetweenLayers': shape.label ? '28' : '70',
      'elk.spacing.nodeNode': '22',
      'elk.spacing.componentComponent': '40',
      'elk.edgeRouting': 'SPLINES',
      'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
      'elk.aspectRatio': '1.7',
      'elk.padding': '[top=16,left=16,bottom=16,right=16]',
    },
    children: [...shape.nodes].sort((a, b) => (a.id < b.id ? -1 : 1)),
    edges: [...shape.edges]
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map(({ id, from, to }) => ({
        id,
        sources: [from],
        targets: [to],
        ...(shape.label && {
          labels: [{ id: `label ${id}`, text: ' ', ...shape.label, layoutOptions: { 'elk.edgeLabels.inline': 'false' } }],
        }),
      })),
  };
  const done = await (await elk()).layout(root);
  return {
    width: Math.ceil(done.width ?? 0),
    height: Math.ceil(done.height ?? 0),
    isSpline: true,
    nodes: new Map((done.children ?? []).map(({ id, x = 0, y = 0 }) => [id, { x, y }])),
    edges: new Map(
      (done.edges ?? []).map((edge) => {
        const [section] = edge.sections ?? [];
        const [label] = edge.labels ?? [];
        return [
          edge.id,
          {
            points: section ? [section.startPoint, ...(section.bendPoints ?? []), section.endPoint] : [],
            label: label?.x === undefined || label.y === undefined ? null : { x: label.x, y: label.y },
          },
        ];
      }),
    ),
  };
}

/** A layout, remembered by the shape: what is refreshed without another node or edge stays where it is. */
export const layoutQuery = (shape: GraphShape) =>
  queryOptions({
    queryKey: [
      'layout',
      shape.nodes.map((node) => `${node.id} ${node.width}`).sort(),
      shape.edges.map((edge) => edge.id).sort(),
      shape.label,
    ],
    queryFn: () => layoutOf(shape),
    staleTime: Infinity,
  });

/** An SVG path along the points of a line, or of a spline, of which every third point after the first ends a curve. */
export function pathOf(points: readonly Place[], isSpline: boolean): string {
  const [first, ...rest] = points;
  if (!first) {
    return '';
  }

  let path = `M${round(first.x)} ${round(first.y)}`;
  let i = 0;
  for (; isSpline && i + 2 < rest.length; i += 3) {
    const [a, b, c] = [rest[i], rest[i + 1], rest[i + 2]];
    if (a && b && c) {
      path += `C${round(a.x)} ${round(a.y)} ${round(b.x)} ${round(b.y)} ${round(c.x)} ${round(c.y)}`;
    }
  }

  for (; i < rest.length; i++) {
    const point = rest[i];
    if (point) {
      path += `L${round(point.x)} ${round(point.y)}`;
    }
  }

  return path;
}

const round = (value: number): number => Math.round(value * 10) / 10;
