using System.Globalization;

namespace Clew.Storage.Reading;

/// <summary>Turns conditions into SQL over the tables <c>spans</c>, <c>logs</c> or the join of points and series.</summary>
/// <param name="shared">Which resources and scopes fulfil conditions on them, where that was asked before; null asks in subqueries.</param>
internal sealed class ConditionSql(Tenant tenant, Dataset dataset, SharedMatches? shared = null)
{
    /// <summary>The indexed expression of <c>value_bloom</c> of spans and <c>attribute_value_bloom</c> of logs: the values of the record's own attributes.</summary>
    private const string AttributeValues = "mapValues(attributes)";

    /// <summary>The indexed expression of <c>detail_bloom</c>, letter by letter: the values of the attributes of a span's events and links.</summary>
    private const string DetailValues =
        "arrayConcat(arrayFlatten(arrayMap(m -> mapValues(m), events.attributes)), arrayFlatten(arrayMap(m -> mapValues(m), links.attributes)))";

    private const string Attributes = "attributes";
    private const string AttributeTypes = "attribute_types";

    /// <summary>Within a negation an index must not leave granules out.</summary>
    private bool _negated;

    /// <summary>The condition as a boolean expression; <c>1</c> for none.</summary>
    /// <exception cref="InvalidQuestionException">A field or comparison that the dataset does not have; the message is fit for the asker.</exception>
    public string Write(Predicate? condition) => condition switch
    {
        null => "1",
        AllPredicate { Terms.Count: 0 } => "1",
        AnyPredicate { Terms.Count: 0 } => "0",
        AllPredicate all => "(" + string.Join(" AND ", all.Terms.Select(Write).Concat(FailedDurations(all))) + ")",
        AnyPredicate any => "(" + string.Join(" OR ", any.Terms.Select(Write)) + ")",
        NotPredicate not => Not(not.Term),
        ExistsPredicate exists => Exists(exists.Field),
        InPredicate among => In(among),
        TraceStatePredicate state when dataset == Dataset.Spans => TraceState(state),
        SampledFlagPredicate when dataset == Dataset.Spans => "bitTest(flags, 0)",
        ComparisonPredicate comparison => Compare(comparison),
        _ => throw new InvalidQuestionException($"Conditions of type {condition.GetType().Name} are not known."),
    };

    /// <summary>Whether an index leaves out granules that cannot fulfil the condition, as <see cref="Write"/> writes it.</summary>
    public bool IsNarrowed(Predicate? condition) => IndexedConditions.Narrow(condition, dataset, shared);

    /// <summary>What is different for different values, for counting these: as short as it is stored.</summary>
    public string Identity(Field field) =>
        field.Source == FieldSource.Intrinsic && field.Name is Intrinsics.TraceId or Intrinsics.SpanId or Intrinsics.ParentSpanId or Intrinsics.ResourceFingerprint or Intrinsics.SeriesFingerprint
            ? Column(field) : Text(field);

    /// <summary>The field as a text expression, for grouping.</summary>
    public string Text(Field field) => field.Source switch
    {
        FieldSource.Intrinsic when field.Name is Intrinsics.TraceId or Intrinsics.SpanId or Intrinsics.ParentSpanId or Intrinsics.ResourceFingerprint =>
            $"lower(hex({Column(field)}))",
        FieldSource.Intrinsic when field.Name is Intrinsics.Template or Intrinsics.ErrorSignature => $"leftPad(lower(hex({Column(field)})), 16, '0')",
        FieldSource.Intrinsic when field.Name == Intrinsics.DurationExponent && dataset == Dataset.Spans => "toString(if(duration > 0, toInt16(ceil(log2(duration))), -1))",
        FieldSource.Intrinsic => $"toString({Column(field)})",
        FieldSource.Attribute => First(RenamedAttributes.Names(field.Name), name => $"{Attributes}[{name}]"),
        FieldSource.AttributeType => First(RenamedAttributes.Names(field.Name), name => $"if(mapContains({Attributes}, {name}), substring({AttributeTypes}, indexOf(mapKeys({Attributes}), {name}), 1), '')"),
        FieldSource.Resource => throw new InvalidQuestionException($"Group by {Intrinsics.ResourceFingerprint} and read '{field.Name}' from the resource."),
        _ => throw new InvalidQuestionException($"Grouping by {field} is not possible: a record may have several of it."),
    };

    /// <summary>What there is to say of the first of several names that a record has, or of the last one.</summary>
    /// <param name="read">Gets a name as SQL.</param>
    private static string First(IReadOnlyList<string> names, Func<string, string> read)
    {
        var last = read(SqlLiteral.Text(names[^1]));
        for (var i = names.Count - 2; i >= 0; i--)
        {
            var name = SqlLiteral.Text(names[i]);
            last = $"if(mapContains({Attributes}, {name}), {read(name)}, {last})";
        }

        return last;
    }

    /// <summary>The field as a number expression, NULL where it is none.</summary>
    public string Number(Field field) => field switch
    {
        { Source: FieldSource.Intrinsic, Name: Intrinsics.Time } => "toUnixTimestamp64Nano(time)",
        { Source: FieldSource.Intrinsic } => Column(field),
        { Source: FieldSource.Attribute } => $"toFloat64OrNull({Text(field)})",
        _ => throw new InvalidQuestionException($"{field} cannot be computed with."),
    };

    private string Column(Field field) => (dataset, field.Name) switch
    {
        (_, Intrinsics.Service) => "service",
        (_, Intrinsics.ResourceFingerprint) => "resource",
        (_, Intrinsics.Time) => "time",
        (Dataset.Spans or Dataset.Logs, Intrinsics.TraceId) => "trace_id",
        (Dataset.Spans or Dataset.Logs, Intrinsics.SpanId) => "span_id",
        (Dataset.Spans, Intrinsics.ParentSpanId) => "parent_span_id",
        (Dataset.Spans or Dataset.NumberPoints, Intrinsics.Name) => "name",
        (Dataset.Spans, Intrinsics.Kind) => "kind",
        (Dataset.Spans, Intrinsics.Status) => "status",
        (Dataset.Spans, Intrinsics.StatusMessage) => "status_message",
        (Dataset.Spans, Intrinsics.Duration) => "duration",
        (Dataset.Spans or Dataset.Logs, Intrinsics.ErrorSignature) => "error_signature",
        (Dataset.Logs, Intrinsics.Template) => "template",
        (Dataset.Logs, Intrinsics.EventName) => "event_name",
        (Dataset.Logs, Intrinsics.Severity) => "severity",
        (Dataset.Logs, Intrinsics.SeverityText) => "severity_text",
        (Dataset.Logs, Intrinsics.Body) => "body",
        (Dataset.Logs, Intrinsics.BodyLength) => "length(body)",
        (Dataset.NumberPoints, Intrinsics.Value) => "value",
        (Dataset.NumberPoints, Intrinsics.MetricKind) => "kind",
        (Dataset.NumberPoints, Intrinsics.SeriesFingerprint) => "series",
        _ => throw new InvalidQuestionException($"{dataset} have no field '{field.Name}'."),
    };

    private string Exists(Field field) => field.Source switch
    {
        FieldSource.Intrinsic => $"notEmpty(toString({Column(field)}))",
        _ => OnMaps(new ExistsPredicate(field), field, (map, _) => Contains(map, field.Name), indexed: null),
    };

    /// <summary>
    /// What follows from a span having failed and taken long, in the words of <c>failed_duration_minmax</c>: nearly every granule has failed spans and slow ones, few have one that is both.
    /// It changes nothing about which spans fulfil the condition.
    /// </summary>
    private IEnumerable<string> FailedDurations(AllPredicate all) => dataset != Dataset.Spans || _negated
        ? []
        : IndexedConditions.DurationsOfFailed(all).Select(term => $"if(status = 2, duration, 0) {Sign(term.Operator, term.Field.Name)} {IntrinsicLiteral(term.Field, term.Value)}");

    private string Not(Predicate term)
    {
        var outer = _negated;
        _negated = true;
        var sql = $"NOT {Write(term)}";
        _negated = outer;
        return sql;
    }

    /// <summary>Entries stand between commas, with optional white space around them (W3C Trace Context 3.3.1).</summary>
    private static string TraceState(TraceStatePredicate state)
    {
        var entries = string.Join(", ", state.Values.Select(value => SqlLiteral.Text($"{state.Key}={value}")));
        return $"(notEmpty(trace_state) AND arrayExists(entry -> trimBoth(entry) IN ({entries}), splitByChar(',', trace_state)))";
    }

    private string In(InPredicate among)
    {
        if (among.Values.Count == 0)
        {
            return "0";
        }

        return among.Field.Source == FieldSource.Intrinsic
            ? $"{Column(among.Field)} IN ({string.Join(", ", among.Values.Select(value => IntrinsicLiteral(among.Field, value)))})"
            : Write(new AnyPredicate([.. among.Values.Select(value => Predicate.Equal(among.Field, value))]));
    }

    private string Compare(ComparisonPredicate comparison)
    {
        var (field, op, value) = (comparison.Field, comparison.Operator, comparison.Value);
        if (field.Source != FieldSource.Intrinsic)
        {
            // The index knows an array only as a whole.
            var indexed = op == ComparisonOperator.Equal && value.Text.Length > 0 && !comparison.InArrays ? value.Type == LiteralType.Number ? NumberText(value.Text) : value.Text : null;
            return OnMaps(comparison, field, (map, types) => OnMap(map, types, comparison), indexed);
        }

        if (field.Name == Intrinsics.EventName && dataset == Dataset.Spans)
        {
            return $"arrayExists(n -> {TextComparison("n", op, value.Text)}, events.name)";
        }

        if (field.Name is Intrinsics.ScopeName or Intrinsics.ScopeVersion)
        {
            var column = field.Name == Intrinsics.ScopeName ? "name" : "version";
            return $"scope IN (SELECT fingerprint FROM scopes WHERE {TenantIs} AND {TextComparison(column, op, value.Text)})";
        }

        if (field.Name == Intrinsics.Body && op == ComparisonOperator.Contains && dataset == Dataset.Logs && !_negated && IndexedConditions.HasPieces(value.Text))
        {
            return $"(indexHint(body LIKE {SqlLiteral.Text(IndexedConditions.Containing(value.Text))}) AND {TextComparison(Column(field), op, value.Text)})";
        }

        if (op is ComparisonOperator.Matches or ComparisonOperator.NotMatches && field.Name is Intrinsics.TraceId or Intrinsics.SpanId or Intrinsics.ParentSpanId)
        {
            return TextComparison(Text(field), op, value.Text);
        }

        return IsText(field.Name)
            ? TextComparison(Column(field), op, value.Text)
            : $"{Column(field)} {Sign(op, field.Name)} {IntrinsicLiteral(field, value)}";
    }

    private string TenantIs => $"tenant = {SqlLiteral.Text(tenant.Name)}";

    /// <summary>The test of one comparison or existence as it reads on a table of resources or scopes.</summary>
    internal static string OnContent(Predicate leaf) => leaf switch
    {
        ExistsPredicate exists => Contains(Attributes, exists.Field.Name),
        ComparisonPredicate comparison => OnMap(Attributes, AttributeTypes, comparison),
        _ => throw new InvalidQuestionException($"Conditions of type {leaf.GetType().Name} test no attribute."),
    };

    /// <summary>Applies a test of one map to every place that the field's source names.</summary>
    /// <param name="leaf">The condition itself, to look up what was asked before.</param>
    /// <param name="indexed">The text that an attribute must have as its value, where the test says so.</param>
    private string OnMaps(Predicate leaf, Field field, Func<string, string, string> test, string? indexed)
    {
        var known = shared?.Of(leaf);
        string OfRecord() => Hinted(AttributeValues, test(Attributes, AttributeTypes), indexed);
        string OfEvents() => Hinted(DetailValues, $"arrayExists((m, t) -> {test("m", "t")}, events.attributes, events.attribute_types)", indexed);
        string OfLinks() => Hinted(DetailValues, $"arrayExists((m, t) -> {test("m", "t")}, links.attributes, links.attribute_types)", indexed);
        string OfResource() => OfContent("resource", "resources", known?.Resources);
        string OfScope() => OfContent("scope", "scopes", known?.Scopes);
        string OfContent(string column, string table, IReadOnlyList<ulong>? fingerprints) => fingerprints switch
        {
            null => $"{column} IN (SELECT fingerprint FROM {table} WHERE {TenantIs} AND {test(Attributes, AttributeTypes)})",
            [] => "0",
            _ => $"{column} IN ({string.Join(", ", fingerprints.Select(SqlLiteral.Fingerprint))})",
        };
        return field.Source switch
        {
            FieldSource.Attribute => OfRecord(),
            FieldSource.Resource => OfResource(),
            FieldSource.Scope => OfScope(),
            FieldSource.Event when dataset == Dataset.Spans => OfEvents(),
            FieldSource.Link when dataset == Dataset.Spans => OfLinks(),
            FieldSource.Anywhere when dataset == Dataset.Spans => AnyOf(OfRecord(), OfEvents(), OfLinks(), OfResource(), OfScope()),
            FieldSource.Anywhere => AnyOf(OfRecord(), OfResource(), OfScope()),
            _ => throw new InvalidQuestionException($"{dataset} have no {field.Source.ToString().ToLowerInvariant()} attributes."),
        };
    }

    /// <summary>
    /// An OR without the terms that are known to be false: the index can leave granules out only when nothing else could make the whole true.
    /// </summary>
    private static string AnyOf(params IEnumerable<string> terms) => $"({string.Join(" OR ", terms.Where(term => term != "0"))})";

    /// <summary>Lets an index of values leave out the granules that cannot have this one.</summary>
    private string Hinted(string indexedValues, string test, string? value) => value is null || _negated || dataset == Dataset.NumberPoints
        ? test
        : $"(indexHint(has({indexedValues}, {SqlLiteral.Text(value)})) AND {test})";

    private static string Contains(string map, string key) => OrOf(RenamedAttributes.Names(key).Select(name => $"mapContains({map}, {SqlLiteral.Text(name)})"));

    /// <summary>
    /// A test of an attribute under the name it was asked for, or else under the first of the others that OpenTelemetry gave it. Where the attribute may be in several places, under any of
    /// them: what a map has under one name does not tell what another has.
    /// </summary>
    private static string OnMap(string map, string types, ComparisonPredicate comparison)
    {
        var names = RenamedAttributes.Names(comparison.Field.Name);
        var isSingle = comparison.Field.Source is FieldSource.Attribute or FieldSource.Resource or FieldSource.Scope;
        return OrOf(names.Select((name, i) => i == 0 || !isSingle
            ? OnName(map, types, name, comparison)
            : $"({OnName(map, types, name, comparison)} AND NOT {OrOf(names.Take(i).Select(earlier => $"mapContains({map}, {SqlLiteral.Text(earlier)})"))})"));
    }

    private static string OrOf(IEnumerable<string> tests)
    {
        var all = tests.ToArray();
        return all.Length == 1 ? all[0] : $"({string.Join(" OR ", all)})";
    }

    private static string OnName(string map, string types, string key, ComparisonPredicate comparison) => comparison.InArrays
        ? $"({OnName(map, types, key, comparison.Operator, comparison.Value)} OR {OnArray(map, types, key, comparison.Operator, comparison.Value)})"
        : OnName(map, types, key, comparison.Operator, comparison.Value);

    /// <summary>The same of the elements of an array, which is JSON (<see cref="AttributeText"/>).</summary>
    private static string OnArray(string map, string types, string key, ComparisonOperator op, Literal value)
    {
        const string Element = "JSONExtractString(e)";
        const string Number = "toFloat64OrNull(e)";
        var isNegated = op is ComparisonOperator.NotEqual or ComparisonOperator.NotMatches;
        var positive = op switch
        {
            ComparisonOperator.NotEqual => ComparisonOperator.Equal,
            ComparisonOperator.NotMatches => ComparisonOperator.Matches,
            _ => op,
        };
        var (isComparable, holds) = value.Type switch
        {
            LiteralType.String => ("startsWith(e, '\"')", TextComparison(Element, positive, value.Text)),
            LiteralType.Bool => ("e IN ('true', 'false')", TextComparison("e", positive, value.Text)),
            LiteralType.Number => ($"{Number} IS NOT NULL", $"ifNull({Number} {Sign(positive, key)} {NumberSql(value.Text)}, 0)"),
            _ => throw new InvalidQuestionException($"Values of type {value.Type} are not looked for in arrays."),
        };
        var keySql = SqlLiteral.Text(key);
        var elements = $"JSONExtractArrayRaw({map}[{keySql}])";
        var found = $"arrayExists(e -> {isComparable} AND {holds}, {elements})";
        var test = isNegated ? $"arrayExists(e -> {isComparable}, {elements}) AND NOT {found}" : found;
        return $"(substring({types}, indexOf(mapKeys({map}), {keySql}), 1) = 'a' AND {test})";
    }

    private static string OnName(string map, string types, string key, ComparisonOperator op, Literal value)
    {
        var keySql = SqlLiteral.Text(key);
        var text = $"{map}[{keySql}]";
        var type = $"substring({types}, indexOf(mapKeys({map}), {keySql}), 1)";
        return value.Type switch
        {
            LiteralType.AnyType when op == ComparisonOperator.Equal && value.Text.Length > 0 => TextComparison(text, op, value.Text),
            LiteralType.AnyType => $"(mapContains({map}, {keySql}) AND {TextComparison(text, op, value.Text)})",
            LiteralType.String => $"({TextComparison(text, op, value.Text)} AND {type} = 's')",
            LiteralType.Bool => $"({TextComparison(text, op, value.Text)} AND {type} = 'b')",
            LiteralType.Number when op == ComparisonOperator.Equal => $"({text} = {SqlLiteral.Text(NumberText(value.Text))} AND {type} IN ('i', 'd'))",
            LiteralType.Number => $"(toFloat64OrNull({text}) {Sign(op, key)} {NumberSql(value.Text)} AND {type} IN ('i', 'd'))",
            _ => throw new InvalidQuestionException($"Values of type {value.Type} cannot be compared with."),
        };
    }

    private static string TextComparison(string text, ComparisonOperator op, string value) => op switch
    {
        ComparisonOperator.Matches => $"match({text}, {SqlLiteral.Text($"^(?:{value})$")})",
        ComparisonOperator.NotMatches => $"NOT match({text}, {SqlLiteral.Text($"^(?:{value})$")})",
        ComparisonOperator.Contains => $"position({text}, {SqlLiteral.Text(value)}) > 0",
        ComparisonOperator.ContainsIgnoringCase => $"positionCaseInsensitiveUTF8({text}, {SqlLiteral.Text(value)}) > 0",
        ComparisonOperator.ContainsMatch => $"match({text}, {SqlLiteral.Text(value)})",
        _ => $"{text} {Sign(op, text)} {SqlLiteral.Text(value)}",
    };

    private static string Sign(ComparisonOperator op, string field) => op switch
    {
        ComparisonOperator.Equal => "=",
        ComparisonOperator.NotEqual => "!=",
        ComparisonOperator.Less => "<",
        ComparisonOperator.LessOrEqual => "<=",
        ComparisonOperator.Greater => ">",
        ComparisonOperator.GreaterOrEqual => ">=",
        _ => throw new InvalidQuestionException($"'{field}' is not a text: {op} cannot be asked of it."),
    };

    private static bool IsText(string intrinsic) => intrinsic
        is Intrinsics.Service or Intrinsics.Name or Intrinsics.StatusMessage or Intrinsics.SeverityText or Intrinsics.Body or Intrinsics.EventName;

    private static string IntrinsicLiteral(Field field, Literal value)
    {
        switch (field.Name)
        {
            case Intrinsics.TraceId:
                return TraceId.TryParse(value.Text, out var traceId) ? SqlLiteral.Id(traceId) : throw new InvalidQuestionException($"'{value.Text}' is not a trace id.");
            case Intrinsics.SpanId or Intrinsics.ParentSpanId:
                return SpanId.TryParse(value.Text, out var spanId) ? SqlLiteral.Id(spanId) : throw new InvalidQuestionException($"'{value.Text}' is not a span id.");
            case Intrinsics.ResourceFingerprint:
                return ulong.TryParse(value.Text, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out _) && value.Text.Length == 16
                    ? SqlLiteral.Bytes(Convert.FromHexString(value.Text))
                    : throw new InvalidQuestionException($"'{value.Text}' is not a fingerprint.");
            case Intrinsics.Template or Intrinsics.ErrorSignature:
                return ulong.TryParse(value.Text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id)
                    ? id.ToString(CultureInfo.InvariantCulture)
                    : throw new InvalidQuestionException($"'{value.Text}' is not an id of up to 16 hex digits.");
            case Intrinsics.Time:
                return SqlLiteral.Time(new Timestamp(Int(field, value)));
            case Intrinsics.Kind:
                return Name<SpanKind>(value) is { } kind ? SqlLiteral.Int((byte)kind) : SqlLiteral.Int(Int(field, value));
            case Intrinsics.Status:
                return Name<SpanStatus>(value) is { } status ? SqlLiteral.Int((byte)status) : SqlLiteral.Int(Int(field, value));
            case Intrinsics.Value:
                return NumberSql(value.Text);
            case Intrinsics.Service or Intrinsics.Name or Intrinsics.StatusMessage or Intrinsics.SeverityText or Intrinsics.Body or Intrinsics.EventName:
                return SqlLiteral.Text(value.Text);
            case Intrinsics.SeriesFingerprint:
                return ulong.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var series)
                    ? series.ToString(CultureInfo.InvariantCulture)
                    : throw new InvalidQuestionException($"'{value.Text}' is not a series.");
            default:
                return SqlLiteral.Int(Int(field, value));
        }
    }

    private static T? Name<T>(Literal value)
        where T : struct, Enum => value.Text.Length > 0 && char.IsAsciiLetter(value.Text[0]) && Enum.TryParse<T>(value.Text, ignoreCase: true, out var named) ? named : null;

    private static long Int(Field field, Literal value) =>
        long.TryParse(value.Text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new InvalidQuestionException($"'{value.Text}' is not a whole number, as '{field.Name}' needs.");

    /// <summary>A number as attributes are written as text: 500 and 500.0 are both <c>500</c>.</summary>
    private static string NumberText(string text) => long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var whole)
        ? whole.ToString(CultureInfo.InvariantCulture)
        : Double(text).ToString(CultureInfo.InvariantCulture);

    private static string NumberSql(string text) =>
        Double(text) is var number && double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : $"toFloat64({SqlLiteral.Text(text)})";

    private static double Double(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new InvalidQuestionException($"'{text}' is not a number.");
}
