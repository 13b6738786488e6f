import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

/** What is open in a report; it stands in the address. */
export interface ReportSearch {
  readonly view?: string | undefined;
  readonly cause?: number | undefined;
  readonly open?: readonly string[] | undefined;
  readonly step?: number | undefined;
  readonly verify?: boolean | undefined;
}

export interface ReportState extends ReportSearch {
  readonly change: (part: ReportSearch) => void;
  readonly isOpen: (id: string) => boolean;
  readonly toggle: (id: string) => void;
}

export function useReportState(): ReportState {
  const search: ReportSearch = useSearch({ strict: false });
  const navigate = useNavigate();
  const change = useCallback(
    (part: ReportSearch) =>
      void navigate({ to: '.', search: (known: object) => ({ ...known, ...part }) as object, replace: true, resetScroll: false }),
    [navigate],
  );
  const open = search.open;
  const isOpen = useCallback((id: string) => open?.includes(id) ?? false, [open]);
  const toggle = useCallback(
    (id: string) => {
      const rest = (open ?? []).filter((one) => one !== id);
      change({ open: rest.length === (open ?? []).length ? [...rest, id] : rest });
    },
    [open, change],
  );
  return { ...search, change, isOpen, toggle };
}
