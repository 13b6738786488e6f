/** How telemetry gets to this server, by what sends it. Lines as each SDK's own documentation has them. */
export interface Way {
  readonly id: string;
  readonly name: string;
  readonly lines: string;
  /** What has to be known beside the lines; may be empty. */
  readonly note: string;
}

export function waysTo(host: string, origin: string): readonly Way[] {
  const [grpc, http] = [`http://${host}:4317`, `http://${host}:4318`];
  const environment = (endpoint: string) => `export OTEL_EXPORTER_OTLP_ENDPOINT=${endpoint}\nexport OTEL_SERVICE_NAME=my-service`;
  return [
    {
      id: 'curl',
      name: 'curl',
      note: 'The first span from a shell: it appears within a second.',
      lines: `now=$(date +%s)
curl -fsS ${http}/v1/traces -H 'Content-Type: application/json' -d '{"resourceSpans":[{
  "resource":{"attributes":[{"key":"service.name","value":{"stringValue":"my-shell"}}]},
  "scopeSpans":[{"spans":[{"traceId":"'$(od -An -N16 -tx1 /dev/urandom | tr -d ' \\n')'","spanId":"'$(od -An -N8 -tx1 /dev/urandom | tr -d ' \\n')'",
    "name":"first span","kind":2,"startTimeUnixNano":"'$now'000000000","endTimeUnixNano":"'$now'250000000"}]}]}]}'`,
    },
    {
      id: 'dotnet',
      name: '.NET',
      note: 'In Program.cs: builder.Services.AddOpenTelemetry().WithTracing(t => t.AddAspNetCoreInstrumentation().AddHttpClientInstrumentation()).UseOtlpExporter();',
      lines: `dotnet add package OpenTelemetry.Extensions.Hosting
dotnet add package OpenTelemetry.Exporter.OpenTelemetryProtocol
dotnet add package OpenTelemetry.Instrumentation.AspNetCore
dotnet add package OpenTelemetry.Instrumentation.Http
${environment(grpc)}
dotnet run`,
    },
    {
      id: 'java',
      name: 'Java',
      note: 'The agent instruments frameworks, clients and logs without a change of code.',
      lines: `curl -fsSLO https://github.com/open-telemetry/opentelemetry-java-instrumentation/releases/latest/download/opentelemetry-javaagent.jar
${environment(http)}
java -javaagent:opentelemetry-javaagent.jar -jar app.jar`,
    },
    {
      id: 'node',
      name: 'Node.js',
      note: '',
      lines: `npm install @opentelemetry/api @opentelemetry/auto-instrumentations-node
${environment(http)}
node --require @opentelemetry/auto-instrumentations-node/register app.js`,
    },
    {
      id: 'python',
      name: 'Python',
      note: '',
      lines: `pip install opentelemetry-distro opentelemetry-exporter-otlp
opentelemetry-bootstrap -a install
${environment(grpc)}
opentelemetry-instrument python app.py`,
    },
    {
      id: 'go',
      name: 'Go',
      note: 'In main: exporter, err := otlptracehttp.New(ctx), then otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter))) and otelhttp.NewHandler around your handlers.',
      lines: `go get go.opentelemetry.io/otel/sdk go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp \\
  go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp
${environment(http)}
go run .`,
    },
    {
      id: 'ruby',
      name: 'Ruby',
      note: "In an initializer: OpenTelemetry::SDK.configure { |c| c.use_all } after require 'opentelemetry/sdk', 'opentelemetry/exporter/otlp' and 'opentelemetry/instrumentation/all'.",
      lines: `bundle add opentelemetry-sdk opentelemetry-exporter-otlp opentelemetry-instrumentation-all
${environment(http)}
bundle exec rails server`,
    },
    {
      id: 'php',
      name: 'PHP',
      note: 'With an instrumentation package for your framework, such as open-telemetry/opentelemetry-auto-laravel.',
      lines: `pecl install opentelemetry
composer require open-telemetry/sdk open-telemetry/exporter-otlp
export OTEL_PHP_AUTOLOAD_ENABLED=true OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf
${environment(http)}
php -d extension=opentelemetry.so -S 127.0.0.1:8000`,
    },
    {
      id: 'rust',
      name: 'Rust',
      note: 'In main: build SpanExporter::builder().with_http().build()?, give it to SdkTracerProvider::builder().with_batch_exporter(exporter) and add tracing_opentelemetry::layer() to your subscriber.',
      lines: `cargo add opentelemetry opentelemetry_sdk tracing tracing-subscriber tracing-opentelemetry
cargo add opentelemetry-otlp --features http-proto,reqwest-client
${environment(http)}
cargo run`,
    },
    {
      id: 'cpp',
      name: 'C++',
      note: 'With opentelemetry-cpp built with -DWITH_OTLP_HTTP=ON: OtlpHttpExporterFactory::Create() reads the variable; give it to BatchSpanProcessorFactory and TracerProviderFactory.',
      lines: `${environment(http)}
./my-service`,
    },
    {
      id: 'collector',
      name: 'Collector',
      note: 'An OpenTelemetry Collector that you have already; Jaeger, Zipkin, Loki and Prometheus senders can also come here unchanged (docs/protocols.md).',
      lines: `exporters:
  otlphttp/clew:
    endpoint: ${http}
service:
  pipelines:
    traces: { receivers: [otlp], exporters: [otlphttp/clew] }
    metrics: { receivers: [otlp], exporters: [otlphttp/clew] }
    logs: { receivers: [otlp], exporters: [otlphttp/clew] }`,
    },
    {
      id: 'files',
      name: 'Files',
      note: 'Recorded OTLP, and logs of any usual format.',
      lines: `clew import --url ${origin} telemetry.jsonl.gz app.log`,
    },
  ];
}
