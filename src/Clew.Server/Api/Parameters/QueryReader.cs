using System.Globalization;
using Clew.Server.Api.Contracts;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Clew.Server.Api.Parameters;

/// <summary>
/// Reads the parameters of a request and gathers everything that is wrong with them, so that the asker learns it at once. What is read wrongly
/// comes back as if it had not been given.
/// </summary>
internal sealed class QueryReader
{
    private readonly IQueryCollection _query;

    public QueryReader(IQueryCollection query, IReadOnlyList<ApiParameter> known)
    {
        _query = query;
        foreach (var (name, values) in query)
        {
            var parameter = known.FirstOrDefault(parameter => parameter.Name == name);
            if (parameter is null)
            {
                Refuse(name, values.ToString(), known.Count == 0 ? "no parameters here" : $"one of the parameters {string.Join(", ", known.Select(parameter => parameter.Name))}");
            }
            else if (values.Count > 1 && !parameter.Repeats)
            {
                Refuse(name, string.Join(", ", values!), "one value, not several");
            }
        }
    }

    public List<ParameterError> Errors { get; } = [];

    public void Refuse(string parameter, string? value, string expected) => Errors.Add(new ParameterError(parameter, value, expected));

    public string? Text(ApiParameter parameter) => _query[parameter.Name] is [{ } single] ? single : null;

    /// <summary>All values that are not empty: a form that sends an empty field means nothing by it.</summary>
    public IReadOnlyList<string> Texts(ApiParameter parameter) => [.. _query[parameter.Name].OfType<string>().Where(text => text.Length > 0)];

    public Timestamp? Time(ApiParameter parameter)
    {
        if (Text(parameter) is not { Length: > 0 } text)
        {
            return null;
        }

        if (TimestampText.TryParse(text, out var time))
        {
            return time;
        }

        Refuse(parameter.Name, text, TimestampText.Expected);
        return null;
    }

    /// <returns>Nanoseconds.</returns>
    public long? Duration(ApiParameter parameter)
    {
        if (Text(parameter) is not { Length: > 0 } text)
        {
            return null;
        }

        if (DurationText.TryParse(text, out var nanoseconds))
        {
            return nanoseconds;
        }

        Refuse(parameter.Name, text, DurationText.Expected);
        return null;
    }

    public int Int(ApiParameter parameter, int smallest, int largest, int otherwise)
    {
        if (Text(parameter) is not { Length: > 0 } text)
        {
            return otherwise;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= smallest && number <= largest)
        {
            return number;
        }

        Refuse(parameter.Name, text, string.Create(CultureInfo.InvariantCulture, $"a whole number from {smallest} to {largest}"));
        return otherwise;
    }

    /// <summary>One of the parameter's words, in any case; its first one when nothing is given.</summary>
    public string Word(ApiParameter parameter)
    {
        if (Text(parameter) is not { Length: > 0 } text)
        {
            return parameter.Words[0];
        }

        if (parameter.Words.FirstOrDefault(word => word.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } known)
        {
            return known;
        }

        Refuse(parameter.Name, text, string.Join(" or ", parameter.Words));
        return parameter.Words[0];
    }

    /// <summary><c>start</c>, <c>end</c>, <c>since</c>.</summary>
    /// <returns>Null when none of them is given.</returns>
    public TimeRange? Range(TimeProvider clock)
    {
        var start = Time(KnownParameters.Start);
        var end = Time(KnownParameters.End);
        var since = Duration(KnownParameters.Since);
        if (since is not null && Text(KnownParameters.Start) is { Length: > 0 } also)
        {
            Refuse(KnownParameters.Start.Name, also, "start or since, not both");
        }

        if (start is null && end is null && since is null)
        {
            return null;
        }

        var now = Timestamp.FromDateTimeOffset(clock.GetUtcNow());
        var from = since is { } nanoseconds ? new Timestamp(now.UnixNanoseconds - Math.Min(nanoseconds, now.UnixNanoseconds)) : start ?? TimeRange.All.Start;
        var to = end ?? TimeRange.All.End;
        if (from >= to)
        {
            Refuse(KnownParameters.End.Name, Text(KnownParameters.End), $"a time after the start, which is {from}");
        }

        return new TimeRange(from, to);
    }

    /// <summary>The field has one of the values given; null when none is.</summary>
    public Predicate? AnyOf(ApiParameter parameter, string intrinsic) =>
        Texts(parameter) is { Count: > 0 } values ? new InPredicate(Field.Intrinsic(intrinsic), [.. values.Select(Literal.String)]) : null;

    /// <summary>The field has one of the ids given, numbers of 64 bits in hex with commas between them; null when none is given.</summary>
    public Predicate? Id(ApiParameter parameter, string intrinsic)
    {
        if (Text(parameter) is not { Length: > 0 } text)
        {
            return null;
        }

        var ids = text.Split(',', StringSplitOptions.TrimEntries);
        if (ids.All(word => ulong.TryParse(word, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id) && id != 0))
        {
            var field = Field.Intrinsic(intrinsic);
            return ids.Length == 1 ? Predicate.Equal(field, Literal.String(ids[0])) : new InPredicate(field, [.. ids.Select(Literal.String)]);
        }

        Refuse(parameter.Name, text, "up to 16 hex digits, not all zero; several with commas between them");
        return null;
    }

    /// <summary>As <see cref="AnyOf"/>, for a parameter with words.</summary>
    public Predicate? AnyWordOf(ApiParameter parameter, string intrinsic)
    {
        var literals = new List<Literal>();
        foreach (var text in Texts(parameter))
        {
            if (parameter.Words.FirstOrDefault(word => word.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } known)
            {
                literals.Add(Literal.String(known));
            }
            else
            {
                Refuse(parameter.Name, text, string.Join(" or ", parameter.Words));
            }
        }

        return literals.Count > 0 ? new InPredicate(Field.Intrinsic(intrinsic), literals) : null;
    }
}
