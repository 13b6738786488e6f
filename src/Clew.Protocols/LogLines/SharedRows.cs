using System.Runtime.InteropServices;
using Clew.Telemetry;

namespace Clew.Protocols.LogLines;

/// <summary>Resources and scopes of the lines of a batch: each is made once, however the lines alternate.</summary>
internal sealed class SharedRows(LogLineOptions options)
{
    private readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> _resources =
        new Dictionary<byte[], int>(Utf8Comparer.Instance).GetAlternateLookup<ReadOnlySpan<byte>>();

    private readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> _scopes =
        new Dictionary<byte[], int>(Utf8Comparer.Instance).GetAlternateLookup<ReadOnlySpan<byte>>();

    private readonly Column<byte> _key = new();
    private LogBatch _batch = new();

    public void Use(LogBatch batch)
    {
        _batch = batch;
        _resources.Dictionary.Clear();
        _scopes.Dictionary.Clear();
    }

    public int ScopeOf(TextRef logger)
    {
        var name = _batch.Arena.Get(logger);
        ref var index = ref CollectionsMarshal.GetValueRefOrAddDefault(_scopes, name, out var known);
        if (!known)
        {
            index = _batch.Scopes.End(_batch.Dictionary.Add(name), 0, TextRef.Empty, 0);
        }

        return index;
    }

    public int ResourceOf(in LineFields fields)
    {
        _key.Clear();
        for (var field = 0; field < (int)ResourceField.Count; field++)
        {
            var text = _batch.Arena.Get(fields.Resource[field]);
            if (!text.IsEmpty)
            {
                _key.Add((byte)field);
                MemoryMarshal.Write(_key.Append(sizeof(int)), text.Length);
                _key.AddRange(text);
            }
        }

        ref var index = ref CollectionsMarshal.GetValueRefOrAddDefault(_resources, _key.Values, out var known);
        if (!known)
        {
            index = Make(fields);
        }

        return index;
    }

    /// <summary>What the line says, then what its source says; the service by the order of docs/logs.md.</summary>
    private int Make(in LineFields fields)
    {
        var source = options.Source;
        var hasService = false;
        var hasPod = false;
        for (var field = ResourceField.Service; field < ResourceField.Count; field++)
        {
            var text = fields.Resource[(int)field];
            if (text.Length > 0)
            {
                hasService |= field == ResourceField.Service;
                hasPod |= field == ResourceField.Pod;
                Add(field, text);
            }
        }

        if (!hasService && ServiceOf(fields, source) is { Length: > 0 } service)
        {
            Add(ResourceField.Service, _batch.Arena.Add(service));
        }

        if (!hasPod)
        {
            AddSource(ResourceField.Pod, source.Pod);
            AddSource(ResourceField.Namespace, source.Namespace);
            AddSource(ResourceField.Container, source.Container);
            AddSource(ResourceField.ContainerId, source.ContainerId);
        }

        return _batch.Resources.End(TextRef.Empty, 0);
    }

    private string ServiceOf(in LineFields fields, LogSource source)
    {
        if (!string.IsNullOrEmpty(options.Service))
        {
            return options.Service;
        }

        if (fields.Resource[(int)ResourceField.Pod] is { Length: > 0 } pod)
        {
            return LogSource.WorkloadOf(_batch.Arena.GetString(pod));
        }

        return fields.Resource[(int)ResourceField.ContainerName] is { Length: > 0 } container
            ? LogSource.ComposeServiceOf(_batch.Arena.GetString(container))
            : source.Service;
    }

    private void AddSource(ResourceField field, string text)
    {
        if (text.Length > 0)
        {
            Add(field, _batch.Arena.Add(text));
        }
    }

    private void Add(ResourceField field, TextRef text) =>
        _batch.Resources.Attributes.Add(_batch.Dictionary.Add(ResourceFields.KeyOf(field)), AttributeType.String, text);
}
