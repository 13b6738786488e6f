import type { Cause } from '../../api/investigations';
import type { ReportState } from './state';

/** What stands in the address for a piece of evidence that is open in one place of the chain. */
export const evidenceKey = (id: string, place: number | 'rest'): string => (place === 'rest' ? id : `${id}-${place}`);

/** Where in the chain a piece of evidence stands first. */
export function firstKey(cause: Cause, id: string): string {
  const why = cause.whys.findIndex((one) => one.evidence.includes(id));
  return evidenceKey(id, why < 0 ? 'rest' : why);
}

/** Opens a piece of evidence where it stands first in the chain, and goes there. */
export function revealEvidence(state: ReportState, cause: Cause, id: string): void {
  const key = firstKey(cause, id);
  if (!state.isOpen(key)) {
    state.toggle(key);
  }

  const place = document.getElementById(`evidence-${key}`);
  place?.scrollIntoView({ block: 'center' });
  place?.querySelector('button')?.focus({ preventScroll: true });
}
