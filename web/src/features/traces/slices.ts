import type { TraceForm } from './traceql';

/** The condition of a slice such as "payments: service.version = 7", as the search has it; null for what is no single attribute. */
export function conditionOfSlice(name: string): TraceForm | null {
  const found = /^([^:'=]+): ([^\s=<>!~"]+) = (.+)$/.exec(name);
  if (!found || name.includes(' and ') || found[3] === '(missing)') {
    return null;
  }

  const [, service = '', key = '', value = ''] = found;
  // Quotes would make a number a text: values of any type are meant.
  return { service: [service], attr: [`${key}=${/^[\w.\-:/]+$/.test(value) ? value : JSON.stringify(value)}`] };
}

/** How much a rate of false discoveries lets one believe, in words. */
export function confidenceOf(falseDiscoveryRate: number): string {
  return falseDiscoveryRate <= 0.001
    ? 'very high'
    : falseDiscoveryRate <= 0.01
      ? 'high'
      : falseDiscoveryRate <= 0.05
        ? 'fair'
        : 'may be chance';
}
