import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import type { MetricMetadata } from '../../api/prometheus';
import { plain, type Measure } from '../../units/measure';

type Metadata = ReadonlyMap<string, MetricMetadata>;

const share: Measure = { of: 'share', perSecond: false };

/** Functions that answer something else than what they read. */
const perSecond = new Set(['rate', 'irate', 'deriv']);
const counting = new Set([
  'count_over_time',
  'absent',
  'absent_over_time',
  'present_over_time',
  'changes',
  'resets',
  'sgn',
  'histogram_count',
  'timestamp',
  'hour',
  'minute',
  'month',
  'year',
  'day_of_week',
  'day_of_month',
  'day_of_year',
  'days_in_month',
  'vector',
  'scalar',
  'ln',
  'log2',
  'log10',
  'exp',
]);
const fractions = new Set(['histogram_fraction']);

/**
 * What the numbers that a query answers are measured in, as far as names, metadata and the shape of the query tell: suffixes of names as Prometheus's naming
 * practices have them, rates are per second, a quotient of two alike is a share.
 */
export function measureOf(query: string, metadata: Metadata = new Map()): Measure {
  const tree = parser.parse(query);
  const top = tree.topNode.firstChild;
  return top ? ofNode(top, query, metadata) : plain;
}

function ofNode(node: SyntaxNode, query: string, metadata: Metadata): Measure {
  switch (node.name) {
    case 'VectorSelector':
      return ofName(nameOf(node, query), metadata);
    case 'FunctionCall':
      return ofFunction(node, query, metadata);
    case 'AggregateExpr': {
      const operator = text(node.getChild('AggregateOp'), query).toLowerCase();
      if (operator === 'count' || operator === 'count_values' || operator === 'group') {
        return plain;
      }

      return ofLast(node.getChild('FunctionCallBody'), query, metadata);
    }
    case 'BinaryExpr':
      return ofBinary(node, query, metadata);
    case 'NumberDurationLiteral':
    case 'StringLiteral':
      return plain;
    default: {
      // Brackets, offsets, ranges and signs leave what they are around.
      const inner = children(node).find((child) => isExpression(child));
      return inner ? ofNode(inner, query, metadata) : plain;
    }
  }
}

function ofFunction(node: SyntaxNode, query: string, metadata: Metadata): Measure {
  const name = text(node.getChild('FunctionIdentifier'), query).toLowerCase();
  if (counting.has(name)) {
    return plain;
  }

  if (fractions.has(name)) {
    return share;
  }

  const inner = ofLast(node.getChild('FunctionCallBody'), query, metadata, name.startsWith('histogram_quantile') ? undefined : 0);
  if (name === 'histogram_quantile' || name === 'histogram_quantiles' || name === 'histogram_avg') {
    // A rate of buckets was how many; the quantile is what was counted.
    return { ...ofName(firstName(node, query), metadata, true), perSecond: false };
  }

  return perSecond.has(name) ? { ...inner, perSecond: true } : inner;
}

function ofBinary(node: SyntaxNode, query: string, metadata: Metadata): Measure {
  const sides = children(node).filter((child) => isExpression(child));
  const [left, right] = [sides[0], sides.at(-1)];
  if (!left || !right) {
    return plain;
  }

  const [a, b] = [ofNode(left, query, metadata), ofNode(right, query, metadata)];
  const isNumber = (side: SyntaxNode): boolean => side.name === 'NumberDurationLiteral';
  if (node.getChild('BoolModifier')) {
    return plain;
  }

  if (node.getChild('Div')) {
    if (isNumber(right)) {
      return a;
    }

    if (isSum(left, query) && !isSum(right, query)) {
      return { ...a, perSecond: a.perSecond && !b.perSecond };
    }

    return a.of === b.of && a.perSecond === b.perSecond && !isNumber(left) ? share : plain;
  }

  if (node.getChild('Mul')) {
    return isNumber(right) ? a : isNumber(left) ? b : a.of === 'plain' ? b : a;
  }

  return isNumber(left) ? b : a;
}

/** A quotient of a histogram's sum and its count is a mean, not a share. */
const isSum = (node: SyntaxNode, query: string): boolean => firstName(node, query).endsWith('_sum');

function ofName(name: string, metadata: Metadata, isObserved = false): Measure {
  const family = name.replace(/_(?:bucket|sum|count|total)$/, '');
  const unit = metadata.get(name)?.unit ?? metadata.get(family)?.unit ?? '';
  if (/_(?:count|bucket)$/.test(name) && !isObserved) {
    return plain;
  }

  const by = (word: string) => unit === word || family.endsWith(`_${word}`) || family === word;
  if (by('seconds') || unit === 's' || /(?:_latency|_duration)$/.test(family)) {
    return { of: 'seconds', perSecond: false };
  }

  if (by('bytes') || unit === 'By' || family.endsWith('_size')) {
    return { of: 'bytes', perSecond: false };
  }

  return by('ratio') ? share : family.endsWith('_bytes_per_second') ? { of: 'bytes', perSecond: true } : plain;
}

/** The argument that a function or an aggregation is about: the last one that is a vector, or the first. */
function ofLast(body: SyntaxNode | null, query: string, metadata: Metadata, place = -1): Measure {
  const inner = (body ? children(body) : []).filter((child) => isExpression(child));
  const wanted = inner.filter((child) => child.name !== 'NumberDurationLiteral' && child.name !== 'StringLiteral').at(place) ?? inner[0];
  return wanted ? ofNode(wanted, query, metadata) : plain;
}

function firstName(node: SyntaxNode, query: string): string {
  if (node.name === 'VectorSelector') {
    return nameOf(node, query);
  }

  for (const child of children(node)) {
    const found = firstName(child, query);
    if (found) {
      return found;
    }
  }

  return '';
}

function nameOf(selector: SyntaxNode, query: string): string {
  const identifier = selector.getChild('Identifier');
  return identifier
    ? text(identifier, query)
    : (/__name__\s*=\s*"([^"]*)"|\{\s*"([^"]*)"/.exec(text(selector, query))?.slice(1).find(Boolean) ?? '');
}

function isExpression({ name }: SyntaxNode): boolean {
  return (
    /Expr$|^VectorSelector$|^MatrixSelector$|^FunctionCall$|^NumberDurationLiteral$|^StringLiteral$/.test(name) &&
    !/^(?:Offset)?DurationExpr$/.test(name)
  );
}

function children(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    found.push(child);
  }

  return found;
}

const text = (node: SyntaxNode | null, query: string): string => (node ? query.slice(node.from, node.to) : '');

/** Services that a query names by equality, for questions about the same ones. */
export function servicesOf(query: string): string[] {
  return [
    ...new Set(
      [...query.matchAll(/\b(?:service|service_name|client|server|job)\s*=\s*"([^"\\]+)"/g)].map(
        ([, name = '']) => name.split('/').at(-1) ?? name,
      ),
    ),
  ];
}
