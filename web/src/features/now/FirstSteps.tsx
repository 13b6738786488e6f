import { useState } from 'react';
import shell from '../../app/shell.module.css';
import { Button } from '../../ui/controls';
import styles from './now.module.css';

const host = window.location.hostname;

const ways: readonly { readonly name: string; readonly lines: string }[] = [
  { name: 'Any OpenTelemetry SDK', lines: `export OTEL_EXPORTER_OTLP_ENDPOINT=http://${host}:4318\nexport OTEL_SERVICE_NAME=my-service` },
  { name: 'Java', lines: `OTEL_EXPORTER_OTLP_ENDPOINT=http://${host}:4318 \\\n  java -javaagent:opentelemetry-javaagent.jar -jar app.jar` },
  {
    name: 'Node.js',
    lines: `npm install @opentelemetry/api @opentelemetry/auto-instrumentations-node\nOTEL_EXPORTER_OTLP_ENDPOINT=http://${host}:4318 \\\n  node --require @opentelemetry/auto-instrumentations-node/register app.js`,
  },
  {
    name: 'Python',
    lines: `pip install opentelemetry-distro opentelemetry-exporter-otlp\nopentelemetry-bootstrap -a install\nOTEL_EXPORTER_OTLP_ENDPOINT=http://${host}:4317 opentelemetry-instrument python app.py`,
  },
  {
    name: '.NET',
    lines: `dotnet add package OpenTelemetry.Exporter.OpenTelemetryProtocol\n# builder.Services.AddOpenTelemetry().UseOtlpExporter();\nOTEL_EXPORTER_OTLP_ENDPOINT=http://${host}:4317 dotnet run`,
  },
  { name: 'OpenTelemetry Collector', lines: `exporters:\n  otlphttp:\n    endpoint: http://${host}:4318` },
  { name: 'A file of logs or OTLP', lines: 'clew import telemetry.jsonl.gz app.log' },
];

/** What an empty installation shows: how the first span gets in. */
export function FirstSteps() {
  return (
    <div className={shell.page}>
      <h1>Nothing has arrived yet</h1>
      <p>
        Point a service at Clew; this page changes by itself when the first span or log record is here. Nothing in your code has to know
        Clew.
      </p>
      {ways.map((way) => (
        <Way key={way.name} {...way} />
      ))}
      <p>
        Without a service at hand: <code>make demo</code> plays an incident in a small shop and lets Clew find its cause.
      </p>
    </div>
  );
}

function Way({ name, lines }: { name: string; lines: string }) {
  const [copied, setCopied] = useState(false);
  return (
    <section className={styles.way}>
      <h2>{name}</h2>
      <pre>{lines}</pre>
      <Button
        onClick={() => {
          void navigator.clipboard.writeText(lines).then(() => setCopied(true));
        }}
        aria-label={`Copy the lines for ${name}`}
      >
        {copied ? 'Copied' : 'Copy'}
      </Button>
    </section>
  );
}
