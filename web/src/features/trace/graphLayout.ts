import type { ElkNode } from 'elkjs/lib/elk-api';
import type { TraceGraph } from './graph';

export const nodeSize = { width: 190, height: 46 } as const;

interface Place {
  readonly x: number;
  readonly y: number;
}

export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly nodes: ReadonlyMap<string, Place>;
  readonly edges: readonly {
    readonly id: string;
    readonly edge: number;
    readonly points: readonly Place[];
    readonly label: Place | null;
  }[];
}

/** Layers from left to right in the direction of calls; the same graph is laid out the same way every time. */
export async function layoutOf(graph: TraceGraph): Promise<GraphLayout> {
  const { default: Elk } = await import('elkjs/lib/elk.bundled.js');
  const root: ElkNode = {
    id: 'root',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': 'RIGHT',
      'elk.layered.spacing.nodeNodeBetweenLayers': '40',
      'elk.spacing.nodeNode': '18',
      'elk.edgeLabels.inline': 'false',
      'elk.edgeRouting': 'POLYLINE',
      'elk.padding': '[top=12,left=12,bottom=12,right=12]',
    },
    children: graph.nodes.map((node) => ({ id: node.id, ...nodeSize })),
    edges: graph.edges.map((edge, index) => ({
      id: `e${index}`,
      sources: [edge.from],
      targets: [edge.to],
      labels: [{ id: `l${index}`, text: 'x', width: 92, height: 16 }],
    })),
  };
  const done = await new Elk().layout(root);
  return {
    width: Math.ceil(done.width ?? 0),
    height: Math.ceil(done.height ?? 0),
    nodes: new Map((done.children ?? []).map((node) => [node.id, { x: node.x ?? 0, y: node.y ?? 0 }])),
    edges: (done.edges ?? []).map((edge, index) => {
      const [section] = edge.sections ?? [];
      const [label] = edge.labels ?? [];
      return {
        id: edge.id,
        edge: index,
        points: section ? [section.startPoint, ...(section.bendPoints ?? []), section.endPoint] : [],
        label: label?.x === undefined || label.y === undefined ? null : { x: label.x, y: label.y },
      };
    }),
  };
}
