import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import { servicesQuery } from '../api/services';

const traceId = /^[0-9a-f]{16}(?:[0-9a-f]{16})?$/i;
const traceParent = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/i;

/** Leads to what somebody typed or pasted: a trace id, a traceparent header, a service, a condition, or words. */
export function useGoTo(): (text: string) => void {
  const navigate = useNavigate();
  const client = useQueryClient();
  return useCallback(
    (text: string) => {
      const wanted = text.trim();
      const header = traceParent.exec(wanted);
      if (!wanted) {
        return;
      }

      if (header) {
        void navigate({ to: '/traces/$traceId', params: { traceId: header[1] ?? '' }, search: { span: header[2] } });
      } else if (traceId.test(wanted)) {
        void navigate({ to: '/traces/$traceId', params: { traceId: wanted } });
      } else if (/^[^\s=<>!~]+\s*(?:[=<>~!]=?|=~|!~)/.test(wanted)) {
        void navigate({ to: '/traces', search: (known) => ({ ...rangeOf(known), attr: [wanted] }) });
      } else {
        void client.query({ ...servicesQuery(), staleTime: 30_000 }).then(
          ({ services }) => {
            const service =
              services.find((s) => s.name.toLowerCase() === wanted.toLowerCase()) ??
              services.find((s) => s.name.toLowerCase().includes(wanted.toLowerCase()));
            return service
              ? navigate({ to: '/services/$service', params: { service: service.name } })
              : navigate({ to: '/traces', search: (known) => ({ ...rangeOf(known), operation: wanted }) });
          },
          () => navigate({ to: '/traces', search: { operation: wanted } }),
        );
      }
    },
    [client, navigate],
  );
}

function rangeOf(search: { since?: string | undefined; start?: string | undefined; end?: string | undefined }) {
  return { since: search.since, start: search.start, end: search.end };
}
