/** OTLP/JSON made by rule: the same in every run but for its time. */

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

interface Span {
  readonly service: string;
  readonly name: string;
  readonly kind: number;
  readonly id: number;
  readonly parent: number;
  /** Milliseconds after the trace's start. */
  readonly start: number;
  readonly length: number;
  readonly error?: string;
  readonly attributes?: Readonly<Record<string, string | number>>;
}

const attribute = (key: string, value: string | number) => ({
  key,
  value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
});

/** An ExportTraceServiceRequest of one trace. */
export function traceRequest(traceId: string, start: number, spans: readonly Span[]): object {
  const nanos = (millis: number) => String(BigInt(Math.round(start * 1e3)) * 1000n + BigInt(Math.round(millis * 1e6)));
  const services = [...new Set(spans.map((span) => span.service))];
  return {
    resourceSpans: services.map((service) => ({
      resource: { attributes: [attribute('service.name', service), attribute('service.version', '1.4.2')] },
      scopeSpans: [
        {
          scope: { name: 'shop' },
          spans: spans
            .filter((span) => span.service === service)
            .map((span) => ({
              traceId,
              spanId: hex(span.id, 16),
              ...(span.parent > 0 && { parentSpanId: hex(span.parent, 16) }),
              name: span.name,
              kind: span.kind,
              startTimeUnixNano: nanos(span.start),
              endTimeUnixNano: nanos(span.start + span.length),
              attributes: Object.entries(span.attributes ?? {}).map(([key, value]) => attribute(key, value)),
              status: span.error ? { code: 2, message: span.error } : {},
            })),
        },
      ],
    })),
  };
}

/** A checkout; every fifth fails in the payment. */
export function checkout(number: number): Span[] {
  const fails = number % 5 === 0;
  const user = { 'user.id': `user-${number}`, 'http.request.method': 'POST', 'http.response.status_code': fails ? 502 : 200 };
  return [
    {
      service: 'gateway',
      name: 'POST /checkout',
      kind: 2,
      id: 1,
      parent: 0,
      start: 0,
      length: 120 + number,
      attributes: user,
      ...(fails && { error: 'bad gateway' }),
    },
    {
      service: 'orders',
      name: 'place order',
      kind: 2,
      id: 2,
      parent: 1,
      start: 5,
      length: 100 + number,
      ...(fails && { error: 'payment failed' }),
    },
    {
      service: 'orders',
      name: 'INSERT orders',
      kind: 3,
      id: 3,
      parent: 2,
      start: 8,
      length: 12,
      attributes: { 'db.namespace': 'orders-db', 'db.query.text': 'INSERT INTO orders VALUES ($1)' },
    },
    {
      service: 'payments',
      name: 'charge',
      kind: 2,
      id: 4,
      parent: 2,
      start: 30,
      length: 70,
      ...(fails && { error: 'card network timed out' }),
    },
    { service: 'inventory', name: 'reserve', kind: 2, id: 5, parent: 2, start: 102, length: 3 },
  ];
}

/** An ExportLogsServiceRequest of one line; of a span when one is named. */
export function logRequest(service: string, line: string, at: number, severity: number, span?: { traceId: string; id: number }): object {
  return {
    resourceLogs: [
      {
        resource: { attributes: [attribute('service.name', service)] },
        scopeLogs: [
          {
            logRecords: [
              {
                timeUnixNano: `${Math.round(at)}000000`,
                severityNumber: severity,
                body: { stringValue: line },
                ...(span && { traceId: span.traceId, spanId: hex(span.id, 16) }),
              },
            ],
          },
        ],
      },
    ],
  };
}

/** An ExportMetricsServiceRequest: a gauge of a service, a value every `step` milliseconds from `start`, each an exemplar's if a trace is named. */
export function gaugeRequest(
  service: string,
  name: string,
  unit: string,
  start: number,
  step: number,
  values: readonly number[],
  traceId?: string,
): object {
  return {
    resourceMetrics: [
      {
        resource: { attributes: [attribute('service.name', service)] },
        scopeMetrics: [
          {
            metrics: [
              {
                name,
                unit,
                description: `${name} as the tests made it.`,
                gauge: {
                  dataPoints: values.map((value, index) => ({
                    timeUnixNano: `${Math.round(start + index * step)}000000`,
                    asDouble: value,
                    ...(traceId !== undefined && {
                      exemplars: [
                        { timeUnixNano: `${Math.round(start + index * step)}000000`, asDouble: value, traceId, spanId: hex(1, 16) },
                      ],
                    }),
                  })),
                },
              },
            ],
          },
        ],
      },
    ],
  };
}

/** A wide and deep trace in portions of one request each. */
export function* largeTrace(traceId: string, start: number, count: number, portion = 10_000): Generator<object> {
  for (let from = 0; from < count; from += portion) {
    const spans: Span[] = [];
    for (let i = from; i < Math.min(count, from + portion); i++) {
      // A tree of tens: span i hangs below i / 10, so that it is five levels deep at 100,000.
      spans.push({
        service: `service-${(i % 23) + 1}`,
        name: `operation ${i % 97}`,
        kind: 1 + (i % 5),
        id: i + 1,
        parent: i === 0 ? 0 : Math.floor((i - 1) / 10) + 1,
        start: i === 0 ? 0 : 1 + (i * 10_000) / count,
        length: i === 0 ? 12_000 : 1 + (i % 40),
        ...(i % 5_000 === 4_999 && { error: 'broke' }),
      });
    }

    yield traceRequest(traceId, start, spans);
  }
}
