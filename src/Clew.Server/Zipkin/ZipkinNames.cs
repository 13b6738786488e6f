using System.Diagnostics.CodeAnalysis;
using Clew.Telemetry;

namespace Clew.Server.Zipkin;

/// <summary>
/// Names as Zipkin lists them: lower case, by the alphabet. They are stored as they were sent, so what is asked for in lower case may be stored in
/// several spellings.
/// </summary>
[SuppressMessage("Globalization", "CA1308", Justification = "Zipkin's names are lower case.")]
internal static class ZipkinNames
{
    private static readonly Field Service = Field.Intrinsic(Intrinsics.Service);
    private static readonly Field Name = Field.Intrinsic(Intrinsics.Name);

    /// <summary>Where a remote service's name may be, by the age of the convention.</summary>
    public static IReadOnlyList<Field> RemoteService { get; } = [new(FieldSource.Attribute, "peer.service"), new(FieldSource.Attribute, "service.peer.name")];

    public static async Task<IReadOnlyList<string>> ServicesAsync(ZipkinAsking asking) => Lower(await GroupsAsync(asking, Service, where: null));

    /// <summary>A service in every spelling that is stored; never empty.</summary>
    public static async Task<Predicate> ServiceIsAsync(ZipkinAsking asking, string service)
    {
        var stored = await GroupsAsync(asking, Service, where: null);
        return new InPredicate(Service, [.. stored.Where(name => string.Equals(name, service, StringComparison.OrdinalIgnoreCase)).DefaultIfEmpty(service).Select(Literal.String)]);
    }

    public static async Task<IReadOnlyList<string>> SpansAsync(ZipkinAsking asking, string service) =>
        Lower(await GroupsAsync(asking, Name, await ServiceIsAsync(asking, service)));

    public static async Task<IReadOnlyList<string>> RemoteServicesAsync(ZipkinAsking asking, string service)
    {
        var ofService = await ServiceIsAsync(asking, service);
        var names = new List<string>();
        foreach (var field in RemoteService)
        {
            names.AddRange(await GroupsAsync(asking, field, Predicate.AllOf(ofService, new ExistsPredicate(field))));
        }

        return Lower(names);
    }

    /// <summary>Values of a tag, as they are.</summary>
    public static async Task<IReadOnlyList<string>> TagValuesAsync(ZipkinAsking asking, string key)
    {
        var field = new Field(FieldSource.Attribute, key);
        return [.. (await GroupsAsync(asking, field, new ExistsPredicate(field))).Order(StringComparer.Ordinal)];
    }

    private static async Task<string[]> GroupsAsync(ZipkinAsking asking, Field field, Predicate? where)
    {
        var table = await asking.Store.ReadAsync(
            new ReadPlan(asking.Tenant, Dataset.Spans, TimeRange.All) { Where = where, GroupBy = [field], Aggregates = [Aggregate.Count()], Limit = asking.Limits.Names },
            asking.Http.RequestAborted);
        return table.Texts(field.ToString());
    }

    private static List<string> Lower(IEnumerable<string> names) =>
        [.. names.Where(name => name is not ("" or ResourceView.UnknownService)).Select(name => name.ToLowerInvariant()).Distinct().Order(StringComparer.Ordinal)];
}
