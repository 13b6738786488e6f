using System.Globalization;
using Clew.Server.Api.Parameters;
using Clew.Server.Configuration;
using Clew.Telemetry;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Clew.Server.Sampling;

/// <summary>
/// Reads sampling policies as people have them for the OpenTelemetry collector: a list, a map with <c>policies</c>, the whole <c>tail_sampling</c>
/// processor, or a collector configuration with one. Everything unknown or wrong is told with its path and line.
/// </summary>
public sealed class PolicyFile
{
    /// <summary>Settings of the processor about its buffer. There is none here, so they are read over; which ones is told.</summary>
    private static readonly string[] BufferSettings =
    [
        "decision_wait", "decision_wait_after_root_received", "num_traces", "expected_new_traces_per_sec", "decision_cache", "block_on_overflow",
        "drop_pending_traces_on_shutdown", "maximum_trace_size_bytes", "sample_on_first_match", "tail_storage", "sampling_strategy",
    ];

    /// <summary>What a policy is called in decisions that has the name of the guard.</summary>
    private const string ErrorsPolicy = Analysis.Sampling.Decider.ErrorGuard + " (policy)";

    private readonly SamplingLimits _limits;
    private readonly List<ConfigurationProblem> _problems = [];
    private int _policies;
    private int _comparisons;

    private PolicyFile(SamplingLimits limits) => _limits = limits;

    /// <summary>Reads a file.</summary>
    /// <param name="file">Its path.</param>
    public static PolicyFileResult Load(string file, SamplingLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        try
        {
            // A path may name anything; what is read is bounded whatever it is.
            using var text = File.OpenText(file);
            var room = new char[limits.FileLength + 1];
            return Parse(new string(room, 0, text.ReadBlock(room)), file, limits);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new PolicyFileResult([], [new ConfigurationProblem(file, "cannot be read: " + e.Message)], []);
        }
    }

    /// <param name="name">What to call the file in messages.</param>
    public static PolicyFileResult Parse(string text, string name, SamplingLimits limits)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(limits);
        if (text.Length > limits.FileLength)
        {
            return new PolicyFileResult([], [new ConfigurationProblem(name, string.Create(CultureInfo.InvariantCulture, $"is longer than {limits.FileLength} characters"))], []);
        }

        return new PolicyFile(limits).Read(text, name);
    }

    private PolicyFileResult Read(string text, string name)
    {
        var notes = new List<string>();
        IReadOnlyList<SamplingPolicy> policies = [];
        try
        {
            var yaml = YamlText.Load(new StringReader(text));
            var root = yaml.Documents.Count == 1 ? yaml.Documents[0].RootNode : null;

            // A bare list is the value of policies.
            var map = root is YamlSequenceNode ? new YamlMappingNode(new YamlScalarNode("policies"), root) : root as YamlMappingNode;
            if (map is null)
            {
                _problems.Add(new ConfigurationProblem(name, "expected one YAML document with policies: and a list below it"));
            }
            else
            {
                policies = ReadProcessor(FindProcessor(new PolicyNode(map, string.Empty, name, _problems)), notes);
            }
        }
        catch (YamlException e)
        {
            _problems.Add(new ConfigurationProblem(string.Create(CultureInfo.InvariantCulture, $"{name}:{e.Start.Line}"), "not YAML: " + e.Message));
        }

        return new PolicyFileResult(_problems.Count == 0 ? policies : [], _problems, notes);
    }

    /// <summary>Of a whole collector configuration, the first <c>tail_sampling</c> processor; all else in it is not ours to judge.</summary>
    private static PolicyNode FindProcessor(PolicyNode root)
    {
        if (root.Has("processors") && root.Map("processors") is { } processors)
        {
            root = processors;
        }

        return root.Has("tail_sampling") && root.Map("tail_sampling") is { } processor ? processor : root;
    }

    private List<SamplingPolicy> ReadProcessor(PolicyNode processor, List<string> notes)
    {
        var policies = ReadPolicies(processor.Maps("policies"), 1);
        foreach (var setting in BufferSettings.Where(processor.Skip))
        {
            notes.Add($"{setting} is about the collector's buffer and means nothing here: traces are decided in the store, whole.");
        }

        if (policies.Exists(policy => policy.Name == ErrorsPolicy))
        {
            notes.Add($"The policy {Analysis.Sampling.Decider.ErrorGuard} is called \"{ErrorsPolicy}\" in reports: the plain name stands for the rule that keeps errors whatever the policies say.");
        }

        processor.Close();
        return policies;
    }

    private List<SamplingPolicy> ReadPolicies(IReadOnlyList<PolicyNode> nodes, int depth)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var policies = new List<SamplingPolicy>();
        foreach (var node in nodes)
        {
            if (ReadPolicy(node, depth) is not { } policy)
            {
                continue;
            }

            if (!names.Add(policy.Name))
            {
                node.Refuse("name", $"a second policy called {policy.Name}");
            }

            policies.Add(policy);
        }

        return policies;
    }

    private SamplingPolicy? ReadPolicy(PolicyNode node, int depth)
    {
        var name = node.Text("name");
        var type = node.Text("type");
        if (name is null || type is null)
        {
            return null;
        }

        if (name.Length == 0)
        {
            node.Refuse("name", "expected a name other than \"\", which stands for something else in reports");
        }
        else if (depth == 1 && name == Analysis.Sampling.Decider.ErrorGuard)
        {
            // Collectors' files often have a policy of this name. Only those of the uppermost level are told of in decisions, beside the guard.
            name = ErrorsPolicy;
        }

        if (++_policies > _limits.Policies || depth > _limits.Depth)
        {
            node.Refuse(string.Empty, string.Create(CultureInfo.InvariantCulture, $"at most {_limits.Policies} policies, {_limits.Depth} within each other"));
            return null;
        }

        var policy = type switch
        {
            "always_sample" => Bare(node, type, new AlwaysSamplePolicy(name)),
            "trace_flags" => Bare(node, type, Condition(name, type, new SampledFlagPredicate())),
            "latency" => Within(node, type, latency => Latency(latency, name)),
            "status_code" => Within(node, type, status => StatusCode(status, name)),
            "numeric_attribute" => Within(node, type, numeric => NumericAttribute(numeric, name)),
            "string_attribute" => Within(node, type, text => StringAttribute(text, name)),
            "boolean_attribute" => Within(node, type, flag => BooleanAttribute(flag, name)),
            "trace_state" => Within(node, type, state => TraceState(state, name)),
            "ottl_condition" => Within(node, type, ottl => Ottl(ottl, name)),
            "probabilistic" => Within(node, type, lot => Probabilistic(lot, name)),
            "rate_limiting" => Within(node, type, rate => Limiting(rate, "spans_per_second", (spans, burst) => new RateLimitingPolicy(name, spans, burst))),
            "bytes_limiting" => Within(node, type, rate => Limiting(rate, "bytes_per_second", (bytes, burst) => new BytesLimitingPolicy(name, bytes, burst))),
            "span_count" => Within(node, type, count => SpanCount(count, name)),
            "and" => Within(node, type, and => Group(and, "and_sub_policy", depth, parts => new AndPolicy(name, parts))),
            "drop" => Within(node, type, drop => Group(drop, "drop_sub_policy", depth, parts => new DropPolicy(name, parts))),
            "not" => Within(node, type, not => Not(not, name, depth)),
            "composite" => Within(node, type, composite => Composite(composite, name, depth)),
            _ => Unknown(node, type),
        };
        if (policy is DropPolicy && depth > 1)
        {
            node.Refuse("type", "drop stands at the top only: its word outranks all others");
        }

        node.Close();
        return policy;
    }

    private static SamplingPolicy? Unknown(PolicyNode node, string type)
    {
        node.Refuse("type", $"there is no policy \"{type}\"; known are always_sample, and, boolean_attribute, bytes_limiting, composite, drop, latency, not, "
            + "numeric_attribute, ottl_condition, probabilistic, rate_limiting, span_count, status_code, string_attribute, trace_flags, trace_state");
        node.Skip(type);
        return null;
    }

    /// <summary>A policy without settings; an empty map of its name is allowed.</summary>
    private static SamplingPolicy Bare(PolicyNode node, string type, SamplingPolicy policy)
    {
        node.Map(type, required: false)?.Close();
        return policy;
    }

    private static SamplingPolicy? Within(PolicyNode node, string type, Func<PolicyNode, SamplingPolicy?> read)
    {
        if (node.Map(type) is not { } settings)
        {
            return null;
        }

        var policy = read(settings);
        settings.Close();
        return policy;
    }

    private static LatencyPolicy? Latency(PolicyNode node, string name)
    {
        var lower = node.Whole("threshold_ms", 0, long.MaxValue / 1_000_000);
        var upper = node.Whole("upper_threshold_ms", 0, long.MaxValue / 1_000_000, required: false) ?? 0;
        if (upper != 0 && upper < lower)
        {
            node.Refuse("upper_threshold_ms", "is below threshold_ms: no trace could match");
        }

        return lower is { } threshold ? new LatencyPolicy(name, threshold, upper) : null;
    }

    private SpanConditionPolicy StatusCode(PolicyNode node, string name)
    {
        var codes = new List<Literal>();
        foreach (var code in node.Texts("status_codes"))
        {
            if (code is "OK" or "ERROR" or "UNSET")
            {
                codes.Add(Literal.String(code.ToLowerInvariant()));
            }
            else
            {
                node.Refuse("status_codes", $"expected OK, ERROR or UNSET, not \"{code}\"");
            }
        }

        Count(node, codes.Count, []);
        return Condition(name, "status_code", new InPredicate(Field.Intrinsic(Intrinsics.Status), codes));
    }

    private SpanConditionPolicy? NumericAttribute(PolicyNode node, string name)
    {
        var key = node.Text("key");
        var min = node.Whole("min_value", long.MinValue, long.MaxValue, required: false);
        var max = node.Whole("max_value", long.MinValue, long.MaxValue, required: false);
        var invert = node.Flag("invert_match") ?? false;
        if (min is null && max is null)
        {
            node.Refuse(string.Empty, "min_value or max_value is missing");
        }

        if (min > max)
        {
            node.Refuse("max_value", "is below min_value: no value could match");
        }

        if (key is null)
        {
            return null;
        }

        Count(node, 2, [key]);
        return Condition(name, "numeric_attribute", OnAttributes(key, field => Predicate.AllOf(
            min is { } least ? Predicate.Compare(field, ComparisonOperator.GreaterOrEqual, Literal.Int(least)) : null,
            max is { } most ? Predicate.Compare(field, ComparisonOperator.LessOrEqual, Literal.Int(most)) : null) ?? new ExistsPredicate(field)), invert);
    }

    private SpanConditionPolicy? StringAttribute(PolicyNode node, string name)
    {
        var key = node.Text("key");
        var values = node.Texts("values");
        var isRegex = node.Flag("enabled_regex_matching") ?? false;
        node.Whole("cache_max_size", 0, int.MaxValue, required: false);
        var invert = node.Flag("invert_match") ?? false;
        if (isRegex)
        {
            foreach (var pattern in values.Where(pattern => !RegularExpressions.IsSound(pattern)))
            {
                node.Refuse("values", $"\"{pattern}\" is not a regular expression (RE2)");
            }
        }

        if (key is null)
        {
            return null;
        }

        Count(node, values.Count * 2, [key, .. values]);
        return Condition(
            name,
            "string_attribute",
            OnAttributes(key, field => new AnyPredicate([.. values.Select(value => isRegex ? OttlCondition.Finds(field, value) : Predicate.Equal(field, Literal.String(value)))])),
            invert);
    }

    private SpanConditionPolicy? BooleanAttribute(PolicyNode node, string name)
    {
        var key = node.Text("key");
        var value = node.Flag("value", required: true);
        var invert = node.Flag("invert_match") ?? false;
        if (key is null || value is not { } wanted)
        {
            return null;
        }

        Count(node, 2, [key]);
        return Condition(name, "boolean_attribute", OnAttributes(key, field => Predicate.Equal(field, Literal.Bool(wanted))), invert);
    }

    private SpanConditionPolicy? TraceState(PolicyNode node, string name)
    {
        var key = node.Text("key");
        var values = node.Texts("values");
        Count(node, values.Count, [key ?? string.Empty, .. values]);
        return key is null ? null : Condition(name, "trace_state", new TraceStatePredicate(key, values));
    }

    private SpanConditionPolicy Ottl(PolicyNode node, string name)
    {
        if (node.Text("error_mode", required: false) is { } mode && mode is not ("ignore" or "propagate" or "silent"))
        {
            node.Refuse("error_mode", $"expected ignore, propagate or silent, not \"{mode}\"");
        }

        var conditions = new List<Predicate>();
        foreach (var (key, scope) in new[] { ("span", OttlScope.Span), ("spanevent", OttlScope.SpanEvent) })
        {
            foreach (var text in node.Texts(key, required: false))
            {
                if (text.Length > _limits.ConditionLength)
                {
                    node.Refuse(key, string.Create(CultureInfo.InvariantCulture, $"a condition has at most {_limits.ConditionLength} characters"));
                }
                else if (OttlCondition.TryParse(text, scope, out var condition, out var problem, out var comparisons))
                {
                    conditions.Add(condition);
                    Count(node, comparisons, []);
                }
                else
                {
                    node.Refuse(key, problem);
                }
            }
        }

        if (!node.Has("span") && !node.Has("spanevent"))
        {
            node.Refuse(string.Empty, "span or spanevent is missing");
        }

        return Condition(name, "ottl_condition", new AnyPredicate(conditions));
    }

    private static ProbabilisticPolicy? Probabilistic(PolicyNode node, string name)
    {
        var salt = node.Text("hash_salt", required: false);
        return node.Number("sampling_percentage") is { } percentage
            ? new ProbabilisticPolicy(name, salt is null or "" ? ProbabilisticPolicy.DefaultSalt : salt, percentage)
            : null;
    }

    /// <summary>A rate and a bucket, which holds twice the rate unless told otherwise.</summary>
    private static SamplingPolicy? Limiting(PolicyNode node, string key, Func<long, long, SamplingPolicy> make)
    {
        var rate = node.Whole(key, 1, long.MaxValue / 4);
        var burst = node.Whole("burst_capacity", 0, long.MaxValue, required: false) ?? 0;
        return rate is { } perSecond ? make(perSecond, burst == 0 ? perSecond * 2 : burst) : null;
    }

    private static SpanCountPolicy? SpanCount(PolicyNode node, string name)
    {
        var min = node.Whole("min_spans", 0, int.MaxValue);
        var max = node.Whole("max_spans", 0, int.MaxValue, required: false) ?? 0;
        if (max != 0 && max < min)
        {
            node.Refuse("max_spans", "is below min_spans: no trace could match");
        }

        return min is { } least ? new SpanCountPolicy(name, least, max) : null;
    }

    private SamplingPolicy? Group(PolicyNode node, string key, int depth, Func<IReadOnlyList<SamplingPolicy>, SamplingPolicy> make) => make(ReadPolicies(node.Maps(key), depth + 1));

    private NotPolicy? Not(PolicyNode node, string name, int depth)
    {
        if (node.Map("not_sub_policy") is not { } part)
        {
            return null;
        }

        return ReadPolicy(part, depth + 1) is { } policy ? new NotPolicy(name, policy) : null;
    }

    private CompositePolicy? Composite(PolicyNode node, string name, int depth)
    {
        var total = node.Whole("max_total_spans_per_second", 1, long.MaxValue / 100);
        var order = node.Texts("policy_order");
        var parts = ReadPolicies(node.Maps("composite_sub_policy"), depth + 1);
        var percents = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var allocation in node.Maps("rate_allocation", required: false))
        {
            if (allocation.Text("policy") is { } policy && allocation.Whole("percent", 0, 100) is { } percent)
            {
                if (parts.TrueForAll(part => part.Name != policy))
                {
                    allocation.Refuse("policy", $"there is no {policy} in composite_sub_policy");
                }

                percents[policy] = percent;
            }

            allocation.Close();
        }

        if (percents.Values.Sum() > 100)
        {
            node.Refuse("rate_allocation", "the percentages add up to more than 100");
        }

        foreach (var missing in order.Where(wanted => parts.TrueForAll(part => part.Name != wanted)))
        {
            node.Refuse("policy_order", $"there is no {missing} in composite_sub_policy");
        }

        foreach (var idle in parts.Where(part => !order.Contains(part.Name)))
        {
            node.Refuse("policy_order", $"{idle.Name} is not in it and would never be asked");
        }

        if (total is not { } spans || parts.Count == 0)
        {
            return null;
        }

        return new CompositePolicy(name, spans,
        [
            .. from wanted in order
               let part = parts.Find(part => part.Name == wanted)
               where part is not null
               select new CompositePart(part, percents.GetValueOrDefault(wanted) is > 0 and var percent ? spans * percent / 100 : spans / parts.Count),
        ]);
    }

    private static SpanConditionPolicy Condition(string name, string type, Predicate condition, bool invert = false) => new(name, type, condition, invert);

    /// <summary>The collector looks at the attributes of the resource and of the span.</summary>
    private static AnyPredicate OnAttributes(string key, Func<Field, Predicate> test) =>
        new([test(new Field(FieldSource.Attribute, key)), test(new Field(FieldSource.Resource, key))]);

    private void Count(PolicyNode node, int comparisons, IReadOnlyList<string> texts)
    {
        var before = _comparisons;
        _comparisons += comparisons;
        if (before <= _limits.Comparisons && _comparisons > _limits.Comparisons)
        {
            node.Refuse(string.Empty, string.Create(CultureInfo.InvariantCulture, $"at most {_limits.Comparisons} comparisons in all policies together"));
        }

        if (texts.Any(text => text.Length > _limits.TextLength))
        {
            node.Refuse(string.Empty, string.Create(CultureInfo.InvariantCulture, $"keys and values have at most {_limits.TextLength} characters"));
        }
    }
}

/// <param name="Policies">Empty when there are problems.</param>
/// <param name="Problems">Everything that is wrong, with file, line and path.</param>
/// <param name="Notes">What was read over.</param>
public sealed record PolicyFileResult(IReadOnlyList<SamplingPolicy> Policies, IReadOnlyList<ConfigurationProblem> Problems, IReadOnlyList<string> Notes);
