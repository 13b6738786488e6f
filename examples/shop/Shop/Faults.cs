using System.Collections.Concurrent;
using System.Globalization;

namespace Shop;

/// <summary>Something that can be made to go wrong while the service runs.</summary>
/// <param name="name">Its name in <c>POST /faults/{name}</c>.</param>
/// <param name="description">What really happens.</param>
/// <param name="defaults">Its parameters and their values when the request gives none; units are in the names.</param>
internal sealed class Fault(string name, string description, IReadOnlyDictionary<string, double> defaults)
{
    private volatile IReadOnlyDictionary<string, double>? _active;

    public string Name => name;

    public string Description => description;

    public IReadOnlyDictionary<string, double> Parameters => _active ?? defaults;

    public bool IsOn => _active is not null;

    /// <summary>Called after the fault was switched, for those that have to be started and stopped.</summary>
    public Action<Fault>? Switched { get; init; }

    public double this[string parameter] => Parameters[parameter];

    /// <summary>Switches the fault on; false when a parameter is unknown or not a number.</summary>
    public bool TryTurnOn(IEnumerable<KeyValuePair<string, string>> given)
    {
        var parameters = new Dictionary<string, double>(defaults);
        foreach (var (key, text) in given)
        {
            if (!parameters.ContainsKey(key) || !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            {
                return false;
            }

            parameters[key] = value;
        }

        _active = parameters;
        Switched?.Invoke(this);
        return true;
    }

    public void TurnOff()
    {
        _active = null;
        Switched?.Invoke(this);
    }
}

/// <summary>The fault switches of one service: those every service has, and its own.</summary>
internal sealed class Faults
{
    private readonly ConcurrentDictionary<string, Fault> _all = new(StringComparer.Ordinal);

    public IEnumerable<Fault> All => _all.Values.OrderBy(f => f.Name, StringComparer.Ordinal);

    /// <summary>Adds a switch.</summary>
    public Fault Add(string name, string description, Action<Fault>? switched = null, params (string Name, double Value)[] defaults)
    {
        var fault = new Fault(name, description, defaults.ToDictionary(d => d.Name, d => d.Value)) { Switched = switched };
        _all[name] = fault;
        return fault;
    }

    public Fault? Find(string name) => _all.GetValueOrDefault(name);
}

/// <summary><c>GET /faults</c>, <c>POST /faults/{name}?parameter=value</c> and <c>DELETE /faults/{name}</c>.</summary>
internal static class FaultEndpoints
{
    public static void MapFaults(this WebApplication app, Faults faults)
    {
        // Operating the switches is not the service's traffic: it leaves no spans and no request metrics.
        app.MapGet("/faults", () => faults.All.Select(FaultState.Of).ToArray()).DisableHttpMetrics();
        app.MapPost("/faults/{name}", (string name, HttpRequest request) => faults.Find(name) switch
        {
            null => Results.NotFound(),
            var fault when fault.TryTurnOn(request.Query.Select(q => KeyValuePair.Create(q.Key, q.Value.ToString()))) =>
                Results.Ok(FaultState.Of(fault)),
            var fault => Results.BadRequest(FaultState.Of(fault)),
        }).DisableHttpMetrics();
        app.MapDelete("/faults/{name}", (string name) =>
        {
            var fault = faults.Find(name);
            fault?.TurnOff();
            return fault is null ? Results.NotFound() : Results.Ok(FaultState.Of(fault));
        }).DisableHttpMetrics();
    }
}

/// <summary>A fault switch as its endpoint shows it.</summary>
internal sealed record FaultState(string Name, bool On, string Description, IReadOnlyDictionary<string, double> Parameters)
{
    public static FaultState Of(Fault fault) => new(fault.Name, fault.IsOn, fault.Description, fault.Parameters);
}
