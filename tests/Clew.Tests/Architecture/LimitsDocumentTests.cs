using System.Globalization;
using System.Reflection;
using System.Text;
using Clew.Server.Configuration;

namespace Clew.Tests.Architecture;

/// <summary>
/// <c>docs/limits.md</c> is written from the code: every limit of the product with its default, its setting and its docstring. With CLEW_ACCEPT=1
/// (<c>make accept</c>) the file is written, otherwise compared.
/// </summary>
public sealed class LimitsDocumentTests
{
    private const string Document = "docs/limits.md";

    /// <summary>Characters. A shorter docstring cannot say what is counted, why, and what happens beyond.</summary>
    private const int ShortestReason = 25;

    private const string Introduction =
        """
        # Limits

        Everything that is bounded, where, and what happens beyond it. Written by a test from the docstrings of the types named `…Limits` (`make accept`);
        do not edit. A limit with a setting is changed by it: `clew serve --set NAME=VALUE`, a line in the configuration file, or an environment variable
        (`limits.max_events` is `CLEW_LIMITS_MAX_EVENTS`). `clew config` prints the values in force.

        """;

    [Fact]
    public void Every_limit_is_documented_with_its_default_and_its_setting()
    {
        var written = Write();
        if (Environment.GetEnvironmentVariable("CLEW_ACCEPT") == "1")
        {
            File.WriteAllText(Repository.PathOf(Document), written);
        }

        Repository.Read(Document).ShouldBe(written, "the limits have changed; write the document anew with: make accept");
    }

    [Fact]
    public void Every_limit_has_words()
    {
        var limits = Types().SelectMany(Members).ToList();
        limits.Count.ShouldBeGreaterThan(40);
        limits.Where(limit => Words(limit).Length < ShortestReason).Select(limit => $"{limit.DeclaringType!.FullName}.{limit.Name}")
            .ShouldBeEmpty("each limit says its unit, its reason and what happens beyond it");
    }

    private static string Write()
    {
        var text = new StringBuilder(Introduction.ReplaceLineEndings("\n"));
        var settings = Settings();
        foreach (var type in Types())
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {type.Assembly.GetName().Name}: {type.Name}\n\n{Docstrings.Of(type.Assembly).SummaryOf(type)}\n\n| limit | default | setting | |\n|---|---|---|---|\n");
            foreach (var limit in Members(type))
            {
                var value = Value(limit);
                settings.TryGetValue(limit, out var setting);
                text.Append(CultureInfo.InvariantCulture, $"| {limit.Name} | {setting?.Print(new ServerOptions()) ?? Print(limit.Name, value)} | {(setting is null ? "–" : $"`{setting.Name}`")} | {Words(limit).Replace("|", "\\|", StringComparison.Ordinal)} |\n");
            }
        }

        return text.ToString();
    }

    private static IEnumerable<Type> Types() => Repository.ProductAssemblies
        .SelectMany(assembly => assembly.GetTypes().Where(type => type.Name.EndsWith("Limits", StringComparison.Ordinal)).OrderBy(type => type.FullName, StringComparer.Ordinal));

    /// <summary>Constants and properties that hold a number or a length of time, as they stand in the file.</summary>
    private static IEnumerable<MemberInfo> Members(Type type) =>
        type.GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(member => !member.Name.Contains('<', StringComparison.Ordinal))
            .Where(member => (member is FieldInfo { IsStatic: true } field && IsQuantity(field.FieldType)) || (member is PropertyInfo property && IsQuantity(property.PropertyType)))
            .OrderBy(member => member.MetadataToken);

    private static bool IsQuantity(Type type) => type == typeof(int) || type == typeof(long) || type == typeof(double) || type == typeof(TimeSpan);

    private static object Value(MemberInfo limit) => limit switch
    {
        FieldInfo field => field.GetValue(null)!,
        PropertyInfo property => property.GetValue(property.GetMethod!.IsStatic ? null : Activator.CreateInstance(property.DeclaringType!))!,
        _ => throw new InvalidOperationException(),
    };

    private static string Words(MemberInfo limit) => Docstrings.Of(limit.DeclaringType!.Assembly).SummaryOf(limit) ?? string.Empty;

    private static string Print(string name, object value) => value switch
    {
        TimeSpan { TotalSeconds: < 1 } time => $"{time.TotalMilliseconds}ms",
        TimeSpan { TotalMinutes: < 1 } time => $"{time.TotalSeconds}s",
        TimeSpan { TotalHours: < 1 } time => $"{time.TotalMinutes}m",
        TimeSpan time => $"{time.TotalHours}h",
        int or long when name.Contains("Bytes", StringComparison.Ordinal) && Convert.ToInt64(value, CultureInfo.InvariantCulture) is var bytes and >= 1024 =>
            bytes >= 1 << 20 ? $"{bytes >> 20}MiB" : $"{bytes >> 10}KiB",
        _ => ((IFormattable)value).ToString(value is double ? "R" : "N0", CultureInfo.InvariantCulture),
    };

    /// <summary>Which setting shows each property: the one whose printed value changes when the property does.</summary>
    private static Dictionary<MemberInfo, Setting> Settings()
    {
        var usual = new ServerOptions();
        var found = new Dictionary<MemberInfo, Setting>();
        foreach (var (limits, change) in Holders(usual))
        {
            foreach (var property in Members(limits.GetType()).OfType<PropertyInfo>().Where(property => property.CanWrite))
            {
                var changed = change(With(limits, property, Other(property.GetValue(limits)!)));
                if (SettingTable.All.FirstOrDefault(setting => setting.Print(changed) != setting.Print(usual)) is { } setting)
                {
                    found.Add(property, setting);
                }
            }
        }

        return found;
    }

    /// <summary>Every record of limits within the options, and how to put another in its place.</summary>
    private static IEnumerable<(object Limits, Func<object, ServerOptions> Change)> Holders(ServerOptions options)
    {
        foreach (var outer in LimitsWithin(typeof(ServerOptions)))
        {
            var limits = outer.GetValue(options)!;
            yield return (limits, changed => With(options, outer, changed));
            foreach (var inner in LimitsWithin(outer.PropertyType))
            {
                yield return (inner.GetValue(limits)!, changed => With(options, outer, With(limits, inner, changed)));
            }
        }
    }

    private static IEnumerable<PropertyInfo> LimitsWithin(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.PropertyType.Name.EndsWith("Limits", StringComparison.Ordinal));

    private static T With<T>(T record, PropertyInfo property, object value)
        where T : notnull
    {
        var copy = Copy(record);
        property.SetValue(copy, value);
        return copy;
    }

    /// <summary>A record's copy, as <c>with</c> makes it.</summary>
    private static T Copy<T>(T record)
        where T : notnull => (T)record.GetType().GetMethod("<Clone>$")!.Invoke(record, null)!;

    private static object Other(object value) => value switch
    {
        int number => number + 1,
        long number => number + 1,
        double number => number + 1,
        TimeSpan time => time + TimeSpan.FromMilliseconds(1),
        _ => throw new InvalidOperationException(),
    };
}
