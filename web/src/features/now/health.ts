/** A service as GET /api/services counts it. */
export interface ServiceCounts {
  readonly name: string;
  readonly spanCount: number;
  readonly errorCount: number;
  readonly logCount: number;
}

export type Health = 'failing' | 'erring' | 'well' | 'silent';

/** Below this share of failed spans a service counts as well: retries and cancelled calls are everyday. */
const everyday = 0.01;
const bad = 0.1;

export function healthOf(service: ServiceCounts): Health {
  const share = service.spanCount === 0 ? 0 : service.errorCount / service.spanCount;
  return service.spanCount === 0 ? 'silent' : share >= bad ? 'failing' : share >= everyday ? 'erring' : 'well';
}

const order: Readonly<Record<Health, number>> = { failing: 0, erring: 1, well: 2, silent: 3 };

/** The worst first; among those that are well, the busiest. */
export function byHealth(services: readonly ServiceCounts[]): ServiceCounts[] {
  const share = (one: ServiceCounts) => (one.spanCount === 0 ? 0 : one.errorCount / one.spanCount);
  return [...services].sort(
    (a, b) =>
      order[healthOf(a)] - order[healthOf(b)] ||
      (order[healthOf(a)] < 2 ? share(b) - share(a) : 0) ||
      b.spanCount - a.spanCount ||
      b.logCount - a.logCount ||
      a.name.localeCompare(b.name),
  );
}
