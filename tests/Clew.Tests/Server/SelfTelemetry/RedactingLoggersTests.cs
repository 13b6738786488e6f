using Clew.Server.Redaction;
using Clew.Server.SelfTelemetry;
using Microsoft.Extensions.Logging;

namespace Clew.Tests.Server.SelfTelemetry;

/// <summary>The server's own log holds no secrets, whoever writes them there.</summary>
public sealed partial class RedactingLoggersTests
{
    private const string Secret = "hunter2";

    [Fact]
    public void Messages_values_and_exceptions_are_redacted()
    {
        using var sink = new Sink();
        using var loggers = new RedactingLoggers(new LoggerFactory([sink]), TextRedactor.Default);
        var failure = new InvalidOperationException("outer", new FormatException($"cannot use Host=db;Password={Secret}"));

        Refused(loggers.CreateLogger("any"), $"line 3: password={Secret}", 42, failure);

        var (message, values, exception) = sink.Records.ShouldHaveSingleItem();
        message.ShouldBe("Refused line 3: password=REDACTED after 42");
        values["Why"].ShouldBe("line 3: password=REDACTED");
        values["Count"].ShouldBe(42);
        values["{OriginalFormat}"].ShouldBe("Refused {Why} after {Count}");
        exception.ShouldNotBeNull().ToString().ShouldNotContain(Secret);
        exception.ToString().ShouldContain("System.FormatException: cannot use Host=db;Password=REDACTED");
        exception.Message.ShouldBe("outer");
    }

    [Fact]
    public void What_holds_no_secret_is_passed_on_as_it_is()
    {
        using var sink = new Sink();
        using var loggers = new RedactingLoggers(new LoggerFactory([sink]), TextRedactor.Default);
        var failure = new InvalidOperationException("no room");

        Refused(loggers.CreateLogger("any"), "the disk is full", 1, failure);

        var (message, values, exception) = sink.Records.ShouldHaveSingleItem();
        message.ShouldBe("Refused the disk is full after 1");
        values.Count.ShouldBe(3);
        exception.ShouldBeSameAs(failure);
    }

    [LoggerMessage(1, LogLevel.Warning, "Refused {Why} after {Count}")]
    private static partial void Refused(ILogger logger, string why, int count, Exception exception);

    /// <summary>Keeps what is logged.</summary>
    private sealed class Sink : ILoggerProvider, ILogger
    {
        public List<(string Message, Dictionary<string, object?> Values, Exception? Exception)> Records { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Records.Add((formatter(state, exception), ((IReadOnlyList<KeyValuePair<string, object?>>)state!).ToDictionary(), exception));

        public void Dispose()
        {
        }
    }
}
