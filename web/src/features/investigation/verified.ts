import { useQuery } from '@tanstack/react-query';
import { verify, type ReceivedReport, type Verification } from '../../api/investigations';

export type VerifiedEvidence = Verification['items'][number];
export type VerifiedById = ReadonlyMap<string, VerifiedEvidence>;

export const outcomes = {
  same: { sign: '✓', name: 'the same figures', tone: 'good' },
  'not-checked': { sign: '–', name: 'not checked', tone: 'plain' },
  changed: { sign: '≈', name: 'other figures now', tone: 'warning' },
  gone: { sign: '✕', name: 'nothing found any more', tone: 'error' },
} as const;

/** Asks again for all that the report cites, once the reader wants it. */
export function useVerification(received: ReceivedReport, id: string | undefined, wanted: boolean) {
  return useQuery({
    queryKey: ['verification', id ?? `${received.report.window.start} ${received.report.headline}`],
    queryFn: ({ signal }) => verify(received.raw, signal),
    enabled: wanted,
    staleTime: Infinity,
    retry: false,
  });
}

export const verifiedById = (verification: Verification | undefined): VerifiedById | null =>
  verification ? new Map(verification.items.map((item) => [item.id, item] as const)) : null;
