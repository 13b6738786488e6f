using Clew.Storage.Native;
using Clew.Storage.Schema;

namespace Clew.Storage.Writing;

/// <summary>Lists of records (objects, events, alerts) as one Native block per list.</summary>
internal static class RecordEncoder
{
    public static void Encode(Tenant tenant, IReadOnlyList<KubernetesObject> objects, EncodedRows rows)
    {
        var block = new RecordBlock<KubernetesObject>(rows, Tables.KubernetesObjects, objects, tenant);
        block.Fixed("time", o => o.Time.UnixNanoseconds);
        block.Fixed("version", o => o.Version);
        block.Text("uid", o => o.Uid);
        block.Repeated("kind", o => o.Kind);
        block.Repeated("namespace", o => o.Namespace);
        block.Text("name", o => o.Name);
        block.Repeated("workload_kind", o => o.WorkloadKind);
        block.Repeated("workload", o => o.Workload);
        block.Repeated("service", o => o.Service);
        block.Repeated("node", o => o.Node);
        block.Repeated("phase", o => o.Phase);
        block.Fixed("deleted", o => o.IsDeleted ? (byte)1 : (byte)0);
        block.Map("fields", o => o.Fields);
    }

    public static void Encode(Tenant tenant, IReadOnlyList<KubernetesEvent> events, EncodedRows rows)
    {
        var block = new RecordBlock<KubernetesEvent>(rows, Tables.KubernetesEvents, events, tenant);
        block.Fixed("time", e => e.Time.UnixNanoseconds);
        block.Fixed("first_time", e => e.FirstTime.UnixNanoseconds);
        block.Fixed("version", e => e.Version);
        block.Text("uid", e => e.Uid);
        block.Repeated("type", e => e.Type);
        block.Repeated("reason", e => e.Reason);
        block.Text("message", e => e.Message);
        block.Fixed("count", e => (uint)Math.Max(1, e.Count));
        block.Repeated("kind", e => e.Kind);
        block.Repeated("namespace", e => e.Namespace);
        block.Text("name", e => e.Name);
        block.Text("object_uid", e => e.ObjectUid);
        block.Repeated("field_path", e => e.FieldPath);
        block.Repeated("component", e => e.Component);
        block.Repeated("node", e => e.Node);
        block.Repeated("workload", e => e.Workload);
        block.Repeated("service", e => e.Service);
    }

    public static void Encode(Tenant tenant, IReadOnlyList<AlertRecord> alerts, EncodedRows rows)
    {
        var block = new RecordBlock<AlertRecord>(rows, Tables.Alerts, alerts, tenant);
        block.Fixed("time", a => a.Start.UnixNanoseconds);
        block.Fixed("end_time", a => a.End?.UnixNanoseconds ?? 0);
        block.Fixed("updated", a => a.Updated.UnixNanoseconds);
        block.Text("fingerprint", a => a.Fingerprint);
        block.Fixed("status", a => (byte)a.Status);
        block.Repeated("source", a => a.Source);
        block.Repeated("name", a => a.Name);
        block.Repeated("severity", a => a.Severity);
        block.Repeated("service", a => a.Service);
        block.Text("summary", a => a.Summary);
        block.Text("link", a => a.Link);
        block.Map("labels", a => a.Labels);
        block.Map("annotations", a => a.Annotations);
    }

    public static void Encode(Tenant tenant, IReadOnlyList<PastInvestigation> investigations, EncodedRows rows)
    {
        var block = new RecordBlock<PastInvestigation>(rows, Tables.Investigations, investigations, tenant);
        block.Fixed("time", i => i.Start.UnixNanoseconds);
        block.Text("id", i => i.Id);
        block.Fixed("end_time", i => i.End.UnixNanoseconds);
        block.Fixed("written", i => i.Written.UnixNanoseconds);
        block.Repeated("verdict", i => i.Verdict);
        block.Repeated("service", i => i.Service);
        block.Repeated("kind", i => i.Kind);
        block.Text("headline", i => i.Headline);
        block.Text("features", i => i.Features);
        block.Text("report", i => i.Report);
    }

    public static void Encode(Tenant tenant, IReadOnlyList<LogTemplate> templates, EncodedRows rows)
    {
        var block = new RecordBlock<LogTemplate>(rows, Tables.LogTemplates, templates, tenant);
        block.Fixed("id", t => t.Id);
        block.Text("text", t => t.Text);
        block.Fixed("first_seen", t => t.FirstSeen.UnixNanoseconds);
    }

    public static void Encode(Tenant tenant, IReadOnlyList<ErrorSignature> signatures, EncodedRows rows)
    {
        var block = new RecordBlock<ErrorSignature>(rows, Tables.ErrorSignatures, signatures, tenant);
        block.Fixed("id", s => s.Id);
        block.Text("type", s => s.Type);
        block.Text("message", s => s.Message);
        block.Text("frames", s => string.Join('\n', s.Frames));
        block.Fixed("first_seen", s => s.FirstSeen.UnixNanoseconds);
    }

    /// <summary>Names of attributes that have arrays.</summary>
    public static void Encode(Tenant tenant, IReadOnlyList<string> names, EncodedRows rows) => new RecordBlock<string>(rows, Tables.ArrayAttributes, names, tenant).Text("name", name => name);

    /// <summary>A block being written column by column.</summary>
    private readonly struct RecordBlock<TRecord>
    {
        private readonly BlockColumns _columns;
        private readonly IReadOnlyList<TRecord> _records;

        public RecordBlock(EncodedRows rows, TableColumns table, IReadOnlyList<TRecord> records, Tenant tenant)
        {
            System.Diagnostics.Debug.Assert(rows.Table == table, "The rows are of another table.");
            _columns = BlockColumns.Start(rows, records.Count);
            _records = records;
            Repeated("tenant", _ => tenant.Name);
        }

        public void Fixed<T>(string column, Func<TRecord, T> value)
            where T : unmanaged => _columns.Begin(column).Raw<T>(_records.Select(value).ToArray());

        public void Text(string column, Func<TRecord, string> value)
        {
            var to = _columns.Begin(column);
            foreach (var record in _records)
            {
                to.String(value(record));
            }
        }

        public void Repeated(string column, Func<TRecord, string> value)
        {
            var texts = new TextDictionary(new TextArena());
            var to = _columns.Begin(column);
            to.LowCardinalityHeader();
            to.LowCardinality(texts, _records.Select(record => texts.Add(value(record))).ToArray(), new DictionaryScratch());
        }

        public void Map(string column, Func<TRecord, IReadOnlyDictionary<string, string>> value)
        {
            var arena = new TextArena();
            var texts = new TextDictionary(arena);
            var ends = new List<int>();
            var keys = new List<int>();
            var values = new List<TextRef>();
            foreach (var record in _records)
            {
                foreach (var (key, text) in value(record))
                {
                    keys.Add(texts.Add(key));
                    values.Add(arena.Add(text));
                }

                ends.Add(keys.Count);
            }

            var to = _columns.Begin(column);
            AttributeColumns.MapHeader(to);
            to.Offsets(ends.ToArray());
            to.LowCardinality(texts, keys.ToArray(), new DictionaryScratch());
            to.Strings(arena, values.ToArray());
        }
    }
}
