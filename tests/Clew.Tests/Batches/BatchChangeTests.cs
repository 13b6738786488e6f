using Clew.Protocols;
using Clew.Protocols.Otlp;
using Clew.Telemetry;
using Clew.Testing;
using Clew.Tests.Protocols.Otlp;
using Google.Protobuf;

namespace Clew.Tests.Batches;

/// <summary>Changes to filled batches: whatever is taken out or replaced, the rest of the batch stays what it was and its columns agree.</summary>
public sealed class BatchChangeTests
{
    private const int Seeds = 60;

    private static readonly OtlpDecoder Decoder = new(ProtocolLimits.Default);

    public static TheoryData<int> EverySeed => [.. Enumerable.Range(1, Seeds)];

    [Theory]
    [MemberData(nameof(EverySeed))]
    public void Records_that_are_taken_out_leave_the_others_as_they_were(int seed)
    {
        var (spans, logs) = (new SpanBatch(), new LogBatch());
        Decoder.DecodeProtobuf(new RandomRequests(seed, 5).Traces().ToByteArray(), spans);
        Decoder.DecodeProtobuf(new RandomRequests(seed, 5).Logs().ToByteArray(), logs);

        LeavesTheOthers(spans.Count, () => BatchText.Of(spans), drop => spans.RemoveRows(drop), () => BatchInvariants.Check(spans));
        LeavesTheOthers(logs.Count, () => BatchText.Of(logs), drop => logs.RemoveRows(drop), () => BatchInvariants.Check(logs));

        void LeavesTheOthers(int count, Func<string[]> text, Action<bool[]> remove, Action check)
        {
            var drop = Flags(seed, count);
            var expected = Kept(text(), drop);

            remove(drop);

            text().ShouldBe(expected);
            check();
        }
    }

    [Theory]
    [MemberData(nameof(EverySeed))]
    public void Series_that_are_taken_out_take_their_points_and_exemplars_along(int seed)
    {
        var batch = new MetricBatch();
        Decoder.DecodeProtobuf(new RandomRequests(seed, 5).Metrics().ToByteArray(), batch);
        var drop = Flags(seed, batch.Series.Count);
        var points = batch.Count;

        // Each series gets a unit that says whether it goes, so that the lines of its points say so too.
        for (var series = 0; series < batch.Series.Count; series++)
        {
            batch.Series.Units[series] = batch.Dictionary.Add(drop[series] ? "goes away" : "stays here");
        }

        var expected = BatchText.Of(batch).Where(line => !line.Contains("goes away", StringComparison.Ordinal)).ToArray();

        var removed = batch.RemoveSeries(drop);

        BatchText.Of(batch).ShouldBe(expected);
        batch.Count.ShouldBe(points - removed);
        BatchInvariants.Check(batch);
    }

    [Theory]
    [MemberData(nameof(EverySeed))]
    public void Attributes_are_taken_out_and_appended_in_one_pass(int seed)
    {
        var batch = new SpanBatch();
        Decoder.DecodeProtobuf(new RandomRequests(seed, 5).Traces().ToByteArray(), batch);
        var lists = batch.Attributes;
        var drop = Flags(seed, lists.Keys.Count);
        var append = Flags(seed + 1, lists.Count);
        var key = batch.Dictionary.Add("appended");
        var value = batch.Arena.Add("value"u8);
        var expected = new List<string>();
        var edits = new AttributeEdits();
        for (var list = 0; list < lists.Count; list++)
        {
            for (var entry = lists.StartOf(list); entry < lists.EndOf(list); entry++)
            {
                if (drop[entry])
                {
                    edits.Remove(entry);
                }
                else
                {
                    expected.Add($"{list} {batch.Dictionary.GetString(lists.Keys[entry])} {lists.Types[entry]} {batch.Arena.GetString(lists.Values[entry])}");
                }
            }

            if (append[list])
            {
                edits.Append(list, key, AttributeType.String, value);
                expected.Add($"{list} appended String value");
            }
        }

        edits.Apply(lists);

        edits.IsEmpty.ShouldBeTrue();
        var found = new List<string>();
        for (var list = 0; list < lists.Count; list++)
        {
            foreach (var attribute in batch.View(lists, list))
            {
                found.Add($"{list} {attribute.Key} {attribute.Value.Type} {attribute.Value.Text}");
            }
        }

        found.ShouldBe(expected);
        BatchInvariants.Check(batch);
    }

    [Fact]
    public void Edits_out_of_order_are_a_mistake()
    {
        var edits = new AttributeEdits();
        edits.Remove(3);
        Should.Throw<ArgumentOutOfRangeException>(() => edits.Remove(3));
        edits.Append(2, 0, AttributeType.String, TextRef.Empty);
        Should.Throw<ArgumentOutOfRangeException>(() => edits.Append(1, 0, AttributeType.String, TextRef.Empty));
    }

    [Fact]
    public void What_is_changed_has_the_fingerprint_it_would_have_been_decoded_with()
    {
        var resource = Resource("before");
        IsAsDecoded(resource, Resource("after"), batch => batch.Resources.Fingerprints, () => resource.Resources.Attributes.Values[0] = resource.Arena.Add("after"u8));
        resource.Resources[0].Service.ShouldBe("after");

        var scope = Scope("before");
        IsAsDecoded(scope, Scope("after"), batch => batch.Scopes.Fingerprints, () => scope.Scopes.Names[0] = scope.Dictionary.Add("after"));

        static void IsAsDecoded(SpanBatch changed, SpanBatch fresh, Func<SpanBatch, Column<ulong>> fingerprints, Action change)
        {
            fingerprints(changed)[0].ShouldNotBe(fingerprints(fresh)[0]);

            change();
            changed.RecomputeFingerprints();

            fingerprints(changed)[0].ShouldBe(fingerprints(fresh)[0]);
        }
    }

    [Theory]
    [InlineData("after", "one")]
    [InlineData("before", "two")]
    [InlineData("after", "two")]
    public void A_series_follows_its_own_content_and_its_resource(string service, string label)
    {
        var changed = Series("before", "one");
        var fresh = Series(service, label);
        changed.Series.Fingerprints[0].ShouldNotBe(fresh.Series.Fingerprints[0]);

        changed.Resources.Attributes.Values[0] = changed.Arena.Add(service);
        changed.Series.Attributes.Values[0] = changed.Arena.Add(label);
        changed.RecomputeFingerprints();

        changed.Series.Fingerprints[0].ShouldBe(fresh.Series.Fingerprints[0]);
    }

    [Theory]
    [MemberData(nameof(EverySeed))]
    public void Recomputing_what_did_not_change_changes_nothing(int seed)
    {
        var batch = new MetricBatch();
        Decoder.DecodeProtobuf(new RandomRequests(seed, 4).Metrics().ToByteArray(), batch);
        var before = (batch.Resources.Fingerprints.Values.ToArray(), batch.Scopes.Fingerprints.Values.ToArray(), batch.Series.Fingerprints.Values.ToArray());

        batch.RecomputeFingerprints();

        batch.Resources.Fingerprints.Values.ToArray().ShouldBe(before.Item1);
        batch.Scopes.Fingerprints.Values.ToArray().ShouldBe(before.Item2);
        batch.Series.Fingerprints.Values.ToArray().ShouldBe(before.Item3);
    }

    [Fact]
    public void Words_are_replaced_wherever_they_stand()
    {
        var batch = new SpanBatch();
        Decoder.DecodeProtobuf(new RandomRequests(7, 5).Traces().ToByteArray(), batch);
        var places = Enumerable.Range(0, batch.Dictionary.Count).ToArray();
        var name = batch.Names[0];
        places[name] = batch.Dictionary.Add("another name");
        var expected = batch.Names.Values.ToArray().Select(number => batch.Dictionary.GetString(number == name ? places[name] : number)).ToArray();

        batch.ReplaceWords(places);

        batch.Names.Values.ToArray().Select(batch.Dictionary.GetString).ShouldBe(expected);
        batch.DictionaryColumns.Any(column => column.Values.ToArray().Contains(name)).ShouldBeFalse();
        BatchInvariants.Check(batch);
    }

    /// <summary>A column that a stage does not see is a place where a secret survives.</summary>
    [Fact]
    public void Every_text_of_a_batch_is_in_one_of_its_lists_of_columns()
    {
        foreach (TelemetryBatch batch in new TelemetryBatch[] { new SpanBatch(), new LogBatch(), new MetricBatch() })
        {
            var found = Columns(batch, []).ToList();
            found.OfType<Column<TextRef>>().Except(batch.TextColumns).Except(batch.AllAttributes.Select(lists => lists.Values)).ShouldBeEmpty();
            found.OfType<AttributeLists>().Except(batch.AllAttributes).ShouldBeEmpty();
            found.OfType<Column<int>>().Intersect(batch.DictionaryColumns).Count().ShouldBe(batch.DictionaryColumns.Count);
        }
    }

    private static IEnumerable<object> Columns(object holder, HashSet<object> seen)
    {
        foreach (var property in holder.GetType().GetProperties().Where(property => property.GetIndexParameters().Length == 0 && property.PropertyType.Assembly == typeof(TelemetryBatch).Assembly && property.PropertyType.IsClass))
        {
            if (property.GetValue(holder) is { } value && seen.Add(value))
            {
                yield return value;
                foreach (var inner in Columns(value, seen))
                {
                    yield return inner;
                }
            }
        }
    }

    private static bool[] Flags(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(3) == 0)];
    }

    private static string[] Kept(string[] lines, bool[] drop) => [.. lines.Where((_, row) => !drop[row])];

    private static SpanBatch Resource(string service)
    {
        var batch = new SpanBatch();
        AddService(batch, service);
        return batch;
    }

    private static SpanBatch Scope(string name)
    {
        var batch = new SpanBatch();
        batch.Scopes.End(batch.Dictionary.Add(name), batch.Dictionary.Add("1.0"), batch.Arena.Add("https://example.org/schema"u8), 0);
        return batch;
    }

    private static MetricBatch Series(string service, string label)
    {
        var batch = new MetricBatch();
        var series = batch.Series;
        series.ResourceIndexes.Add(AddService(batch, service));
        series.ScopeIndexes.Add(batch.Scopes.End(0, 0, TextRef.Empty, 0));
        series.Names.Add(batch.Dictionary.Add("queue"));
        series.Units.Add(0);
        series.Descriptions.Add(0);
        series.Kinds.Add(MetricKind.Gauge);
        series.Temporalities.Add(Temporality.Unspecified);
        series.Monotonic.Add(0);
        series.Attributes.Add(batch.Dictionary.Add("label"), AttributeType.String, batch.Arena.Add(label));
        series.End();
        return batch;
    }

    private static int AddService(TelemetryBatch batch, string service)
    {
        batch.Resources.Attributes.Add(batch.Dictionary.Add("service.name"), AttributeType.String, batch.Arena.Add(service));
        return batch.Resources.End(TextRef.Empty, 0);
    }
}
