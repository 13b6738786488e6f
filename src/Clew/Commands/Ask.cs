using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Clew.Cli.Client;
using Clew.Cli.Rendering;

namespace Clew.Cli.Commands;

/// <summary>What all commands do that ask a server one question and show its answer.</summary>
internal static class Ask
{
    /// <summary>How long an answer may take unless <c>--timeout</c> says otherwise: the server has limits of its own that are shorter.</summary>
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(100);

    public static Option<TimeSpan> Timeout { get; } = new("--timeout")
    {
        Description = "How long to wait for the answer",
        HelpName = "LENGTH",
        DefaultValueFactory = _ => DefaultTimeout,
        CustomParser = result => TimeArguments.ParseLength(result.Tokens[0].Value, "--timeout", result.AddError),
    };

    /// <summary>Adds what every such command has.</summary>
    public static Command Common(Command command)
    {
        command.WithOutputOptions();
        command.Add(Timeout);
        return command;
    }

    /// <summary>Asks, and prints the JSON as it came or lines made of it.</summary>
    /// <param name="render">Makes lines of the answer.</param>
    public static async Task<int> ShowAsync<T>(
        ParseResult parsed, Question question, JsonTypeInfo<T> type, Func<T, Page, IEnumerable<Line>> render, CancellationToken cancellation)
    {
        using var http = Http(parsed);
        var answer = await new ClewClient(parsed.GetRequiredValue(ClientOptions.Url), http).GetAsync(question.ToString(), cancellation);
        return Show(parsed, answer, type, render, _ => ExitCode.Success);
    }

    public static HttpClient Http(ParseResult parsed) => Http(parsed.GetValue(Timeout));

    /// <param name="timeout">How long an answer may take.</param>
    public static HttpClient Http(TimeSpan timeout) => new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5), UseCookies = false }) { Timeout = timeout };

    /// <summary>Prints an answer, or its error on standard error.</summary>
    /// <param name="code">The exit code for what was answered.</param>
    public static int Show<T>(ParseResult parsed, Answer answer, JsonTypeInfo<T> type, Func<T, Page, IEnumerable<Line>> render, Func<T, int> code)
    {
        var io = parsed.InvocationConfiguration;
        if (Read(answer, type, out var error) is not { } value)
        {
            return Fail(parsed, error ?? "The server's answer is empty.", answer.IsMistake);
        }

        if (parsed.GetValue(ClientOptions.Json))
        {
            io.Output.WriteLine(Encoding.UTF8.GetString(answer.Body!).TrimEnd('\n'));
        }
        else
        {
            var terminal = ClientOptions.TerminalOf(parsed);
            terminal.Write(io.Output, render(value, terminal.Page));
        }

        return code(value);
    }

    /// <summary>Reads an answer; null with the error in words when there is none.</summary>
    public static T? Read<T>(Answer answer, JsonTypeInfo<T> type, out string? error)
    {
        error = answer.Error;
        if (answer.Body is null)
        {
            return default;
        }

        try
        {
            return JsonSerializer.Deserialize(answer.Body, type);
        }
        catch (JsonException e)
        {
            error = $"The server's answer is not what this version of clew expects ({Sentence.Clean(e.Message)}). Compare the versions; --json shows the answer as it is.";
            return default;
        }
    }

    /// <summary>Writes the error and answers the exit code for it.</summary>
    public static int Fail(ParseResult parsed, string error, bool isMistake)
    {
        parsed.InvocationConfiguration.Error.WriteLine($"clew: {error}");
        return isMistake ? ExitCode.Usage : ExitCode.Failure;
    }
}
