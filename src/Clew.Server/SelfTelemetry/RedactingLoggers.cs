using System.Collections;
using Clew.Server.Redaction;
using Microsoft.Extensions.Logging;

namespace Clew.Server.SelfTelemetry;

/// <summary>
/// The server's own log goes through redaction like everything else that is kept: messages, values and exceptions of whatever component, since errors
/// quote what was sent and what is configured.
/// </summary>
internal sealed class RedactingLoggers(LoggerFactory loggers, TextRedactor redactor) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new RedactingLogger(loggers.CreateLogger(categoryName), redactor);

    public void AddProvider(ILoggerProvider provider) => loggers.AddProvider(provider);

    public void Dispose() => loggers.Dispose();

    private sealed class RedactingLogger(ILogger inner, TextRedactor redactor) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!inner.IsEnabled(logLevel))
            {
                return;
            }

            var message = formatter(state, exception);
            var clean = redactor.Redact(message);
            var failure = exception is null ? null : Redact(exception);
            if (ReferenceEquals(clean, message) && failure == exception)
            {
                inner.Log(logLevel, eventId, state, exception, formatter);
                return;
            }

            var values = state as IReadOnlyList<KeyValuePair<string, object?>> ?? [];
            inner.Log(logLevel, eventId, new RedactedState(clean, [.. values.Select(Redact)]), failure, static (state, _) => state.ToString());
        }

        private KeyValuePair<string, object?> Redact(KeyValuePair<string, object?> value) => value.Value?.ToString() is { } text && redactor.Redact(value.Key, text) is { } clean && clean != text
            ? KeyValuePair.Create<string, object?>(value.Key, clean)
            : value;

        private Exception Redact(Exception exception)
        {
            var text = exception.ToString();
            var clean = redactor.Redact(text);
            return ReferenceEquals(clean, text) ? exception : new RedactedException(redactor.Redact(exception.Message), clean);
        }
    }

    /// <summary>The values of a log record whose message had something in it that must not be kept.</summary>
    private sealed class RedactedState(string message, KeyValuePair<string, object?>[] values) : IReadOnlyList<KeyValuePair<string, object?>>
    {
        public int Count => values.Length;

        public KeyValuePair<string, object?> this[int index] => values[index];

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => values.AsEnumerable().GetEnumerator();

        public override string ToString() => message;

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    /// <summary>Stands in a log for an exception whose texts had something in them that must not be kept.</summary>
    private sealed class RedactedException(string message, string whole) : Exception(message)
    {
        public override string ToString() => whole;
    }
}
