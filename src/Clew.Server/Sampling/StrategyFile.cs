using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Clew.Protocols.Jaeger;

namespace Clew.Server.Sampling;

/// <summary>
/// Head sampling as people have it for Jaeger: the file of its <c>--sampling.strategies-file</c>, with <c>service_strategies</c> and a
/// <c>default_strategy</c>, each <c>probabilistic</c> or <c>ratelimiting</c> with a <c>param</c>, and <c>operation_strategies</c> of their own.
/// </summary>
/// <remarks>
/// As with Jaeger, a service's probability is that of its operations too unless they have their own, and operations of the default strategy hold for every
/// service whose strategy is a probability and that does not name them. A file with a mistake is refused whole.
/// </remarks>
internal sealed class StrategyFile
{
    /// <summary>Bytes of a file; reason: it is read into memory; consequence: it is refused.</summary>
    private const int MaxBytes = 16 << 20;

    private readonly FrozenDictionary<string, SamplingStrategy> _services;

    private StrategyFile(SamplingStrategy everyone, IEnumerable<KeyValuePair<string, SamplingStrategy>> services)
    {
        Default = everyone;
        _services = services.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>For services that are not named.</summary>
    public SamplingStrategy Default { get; }

    public SamplingStrategy this[string service] => _services.GetValueOrDefault(service, Default);

    /// <summary>For a server without a file.</summary>
    public static StrategyFile Of(double probability) => new(new SamplingStrategy { Probability = probability }, []);

    /// <summary>What is wrong with a file; null when nothing is.</summary>
    public static string? Problem(string path, double defaultProbability)
    {
        try
        {
            Read(path, defaultProbability);
            return null;
        }
        catch (StrategyFileException e)
        {
            return e.Message;
        }
    }

    /// <param name="path">The file.</param>
    /// <param name="defaultProbability">For services that are not named, when the file has no default strategy.</param>
    /// <exception cref="StrategyFileException">It cannot be read, or has a mistake.</exception>
    public static StrategyFile Read(string path, double defaultProbability)
    {
        try
        {
            var file = new FileInfo(path);
            if (file.Length > MaxBytes)
            {
                throw new StrategyFileException($"{path} has {file.Length} bytes; a file of sampling strategies has at most {MaxBytes}");
            }

            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return Read(document.RootElement, defaultProbability);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StrategyFileException($"{path} cannot be read: {e.Message}", e);
        }
        catch (JsonException e)
        {
            throw new StrategyFileException($"{path} is not JSON: {e.Message}", e);
        }
    }

    private static StrategyFile Read(JsonElement root, double defaultProbability)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new StrategyFileException("expected an object with service_strategies and default_strategy");
        }

        var everyone = root.TryGetProperty("default_strategy", out var given)
            ? ReadStrategy(given, "default_strategy", null)
            : new SamplingStrategy { Probability = defaultProbability };
        var services = new Dictionary<string, SamplingStrategy>(StringComparer.Ordinal);
        if (root.TryGetProperty("service_strategies", out var list))
        {
            foreach (var (number, item) in Items(list, "service_strategies").Index())
            {
                var at = string.Create(CultureInfo.InvariantCulture, $"service_strategies[{number}]");
                if (!services.TryAdd(Text(item, "service", at), ReadStrategy(item, at, everyone)))
                {
                    throw new StrategyFileException($"{at}: this service has a strategy already");
                }
            }
        }

        return new StrategyFile(everyone, services);
    }

    private static SamplingStrategy ReadStrategy(JsonElement item, string at, SamplingStrategy? everyone)
    {
        var type = Text(item, "type", at);
        var param = Number(item, at);
        if (type == "ratelimiting")
        {
            return param >= 0 && param <= int.MaxValue && double.IsInteger(param)
                ? new SamplingStrategy { TracesPerSecond = (int)param }
                : throw new StrategyFileException($"{at}.param: expected a whole number of traces a second");
        }

        if (type != "probabilistic")
        {
            throw new StrategyFileException($"{at}.type: expected probabilistic or ratelimiting, not \"{type}\"");
        }

        var operations = new List<OperationProbability>();
        if (item.TryGetProperty("operation_strategies", out var list))
        {
            foreach (var (number, operation) in Items(list, at + ".operation_strategies").Index())
            {
                var here = string.Create(CultureInfo.InvariantCulture, $"{at}.operation_strategies[{number}]");
                if (Text(operation, "type", here) != "probabilistic")
                {
                    throw new StrategyFileException($"{here}.type: an operation's strategy is probabilistic");
                }

                operations.Add(new OperationProbability(Text(operation, "operation", here), Share(Number(operation, here), here)));
            }
        }

        var own = operations.Select(operation => operation.Operation).ToHashSet(StringComparer.Ordinal);
        return new SamplingStrategy
        {
            Probability = Share(param, at),
            Operations = [.. operations, .. (everyone?.Operations ?? []).Where(operation => !own.Contains(operation.Operation))],
        };
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement list, string at) =>
        list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : throw new StrategyFileException($"{at}: expected a list");

    private static string Text(JsonElement item, string name, string at) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : throw new StrategyFileException($"{at}.{name}: expected a text");

    private static double Number(JsonElement item, string at) =>
        item.TryGetProperty("param", out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number)
            ? number
            : throw new StrategyFileException($"{at}.param: expected a number");

    private static double Share(double param, string at) =>
        param is >= 0 and <= 1 ? param : throw new StrategyFileException($"{at}.param: expected a probability from 0 to 1");
}

/// <summary>A file of sampling strategies cannot be used. The policy: at the start, do not start; later, keep what was there.</summary>
internal sealed class StrategyFileException(string message, Exception? inner = null) : Exception(message, inner);
