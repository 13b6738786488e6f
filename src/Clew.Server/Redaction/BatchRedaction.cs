using System.Text.Json;
using Clew.Telemetry;

namespace Clew.Server.Redaction;

/// <summary>The work on one batch after the other, with the memory it needs. Not safe for concurrent use.</summary>
internal sealed class BatchRedaction(TextRedactor redactor, KeyActions keys)
{
    private const byte Unknown = byte.MaxValue;

    private readonly RedactedText _text = new();
    private readonly NestedBytes _bytes = new(redactor);
    private readonly AttributeEdits _edits = new();
    private readonly ArenaMarks _marks = new();
    private byte[] _actions = [];
    private int[] _places = [];
    private int _systemName;
    private int _system;

    /// <summary>Values taken out of the last batch, by rule.</summary>
    public ReadOnlySpan<int> Counts => _text.Counts;

    public void Run(TelemetryBatch batch)
    {
        _text.ForgetCounts();
        if (redactor.Options.Secrets || redactor.LooksAtEverything)
        {
            _marks.Find(batch.Arena.Bytes, everything: redactor.LooksAtEverything);
        }
        else
        {
            _marks.Clear();
        }

        // What is added to the arena while working was looked at before.
        var shared = Words(batch);
        shared |= Attributes(batch);
        shared |= Texts(batch);
        if (shared)
        {
            batch.RecomputeFingerprints();
        }
    }

    /// <returns>True when any distinct name or key was changed.</returns>
    private bool Words(TelemetryBatch batch)
    {
        var dictionary = batch.Dictionary;
        var known = dictionary.Count;
        var changed = false;
        if (_marks.Any)
        {
            for (var word = 1; word < known; word++)
            {
                if (_marks.Touch(dictionary.GetRef(word)) && redactor.Redact(dictionary.Get(word), _text))
                {
                    changed = Place(word, dictionary.Add(_text.Result), known, changed);
                }
            }
        }

        if (redactor.Options.SqlLiterals && batch is SpanBatch spans)
        {
            changed = Statements(spans, known, changed);
        }

        if (changed)
        {
            batch.ReplaceWords(_places.AsSpan(0, known));
        }

        return changed;
    }

    /// <summary>Some instrumentation names spans by the whole statement.</summary>
    private bool Statements(SpanBatch batch, int known, bool changed)
    {
        var dictionary = batch.Dictionary;
        foreach (var name in batch.Names.Values)
        {
            if (name < known && (!changed || _places[name] == name) && StatementName.Is(dictionary.Get(name)) && SqlLiterals.Strip(dictionary.Get(name), default, dropComments: false, _text))
            {
                changed = Place(name, dictionary.Add(_text.Result), known, changed);
            }
        }

        return changed;
    }

    private bool Place(int word, int with, int known, bool changed)
    {
        if (!changed)
        {
            if (_places.Length < known)
            {
                _places = new int[Math.Max(known, _places.Length * 2)];
            }

            for (var i = 0; i < known; i++)
            {
                _places[i] = i;
            }
        }

        _places[word] = with;
        return true;
    }

    /// <returns>True when something was changed that a fingerprint names.</returns>
    private bool Attributes(TelemetryBatch batch)
    {
        var words = batch.Dictionary.Count;
        if (_actions.Length < words)
        {
            _actions = new byte[Math.Max(words, _actions.Length * 2)];
        }

        _actions.AsSpan(0, words).Fill(Unknown);
        _systemName = _system = -1;
        var shared = false;
        foreach (var lists in batch.AllAttributes)
        {
            var changed = Lists(batch, lists);
            shared |= changed && (lists == batch.Resources.Attributes || lists == batch.Scopes.Attributes || (batch is MetricBatch metrics && lists == metrics.Series.Attributes));
        }

        return shared;
    }

    private bool Lists(TelemetryBatch batch, AttributeLists lists)
    {
        var changed = false;
        var columnOfKeys = lists.Keys.Values;
        for (var entry = 0; entry < columnOfKeys.Length; entry++)
        {
            var key = columnOfKeys[entry];
            var action = (KeyAction)_actions[key];
            if (_actions[key] == Unknown)
            {
                action = Judge(batch.Dictionary.Get(key), key);
            }

            changed |= action switch
            {
                KeyAction.Look => MustLook(lists.Types[entry], lists.Values[entry]) && Look(batch, ref lists.Types[entry], ref lists.Values[entry]),
                KeyAction.Allow => false,
                KeyAction.Drop => Drop(entry),
                KeyAction.Hash => Hash(batch, ref lists.Types[entry], ref lists.Values[entry]),
                KeyAction.Statement => Statement(batch, lists, entry),
                _ => Mask(batch, action, key, ref lists.Types[entry], ref lists.Values[entry]),
            };
        }

        _edits.Apply(lists);
        return changed;
    }

    /// <summary>Bytes hide what they hold behind base64: they are always looked at.</summary>
    private bool MustLook(AttributeType type, TextRef value) => (_marks.Any && _marks.Touch(value)) || (type == AttributeType.Bytes && (redactor.Options.Secrets || redactor.LooksAtEverything));

    private KeyAction Judge(ReadOnlySpan<byte> text, int key)
    {
        var action = keys.Of(text);
        _actions[key] = (byte)action;
        if (text.StartsWith("db.system"u8))
        {
            _systemName = text.SequenceEqual("db.system.name"u8) ? key : _systemName;
            _system = text.SequenceEqual("db.system"u8) ? key : _system;
        }

        return action;
    }

    private bool Drop(int entry)
    {
        _edits.Remove(entry);
        _text.Count(RedactionRule.DroppedKey);
        return true;
    }

    private bool Hash(TelemetryBatch batch, ref AttributeType type, ref TextRef value)
    {
        if (type == AttributeType.Empty || Placeholder.IsPseudonym(batch.Arena.Get(value)))
        {
            return false;
        }

        Span<byte> pseudonym = stackalloc byte[Placeholder.PseudonymLength];
        redactor.WritePseudonym(batch.Arena.Get(value), pseudonym);
        (type, value) = (AttributeType.String, batch.Arena.Add(pseudonym));
        _text.Count(RedactionRule.HashedKey);
        return true;
    }

    private bool Mask(TelemetryBatch batch, KeyAction action, int key, ref AttributeType type, ref TextRef value)
    {
        var text = batch.Arena.Get(value);
        if (type == AttributeType.Empty || (type == AttributeType.String && (text.IsEmpty || text.SequenceEqual(Placeholder.Redacted))) || (type == AttributeType.Array && text.SequenceEqual("[\"REDACTED\"]"u8)))
        {
            return false;
        }

        if (action == KeyAction.Secret)
        {
            // has_password=true says nothing, and neither does a count of tokens.
            var isNumber = type is AttributeType.Int or AttributeType.Double;
            if (type == AttributeType.Bool || (type == AttributeType.String && Placeholder.Is(text)) || (isNumber && KeyPolicy.IsWeak(batch.Dictionary.Get(key))))
            {
                return false;
            }
        }

        value = batch.Arena.Add(type == AttributeType.Array ? "[\"REDACTED\"]"u8 : Placeholder.Redacted);
        type = type == AttributeType.Array ? AttributeType.Array : AttributeType.String;
        _text.Count(action == KeyAction.Secret ? RedactionRule.SecretKey : RedactionRule.MaskedKey);
        return true;
    }

    private bool Statement(TelemetryBatch batch, AttributeLists lists, int entry)
    {
        ref var value = ref lists.Values[entry];
        ref var type = ref lists.Types[entry];
        var touched = _marks.Any && _marks.Touch(value);
        if (type != AttributeType.String)
        {
            return touched && Look(batch, ref type, ref value);
        }

        if (!redactor.RedactStatement(batch.Arena.Get(value), System(batch, lists, entry), touched, _text))
        {
            return false;
        }

        value = batch.Arena.Add(_text.Result);
        return true;
    }

    /// <summary>The value of db.system.name or db.system in the same list; empty when there is none.</summary>
    private ReadOnlySpan<byte> System(TelemetryBatch batch, AttributeLists lists, int entry)
    {
        // Lists are short, statements few: a search beside the statement costs less than keeping track of every list.
        var ends = lists.Ends.Values;
        var list = ends.BinarySearch(entry + 1);
        list = list < 0 ? ~list : list;
        while (list > 0 && ends[list - 1] > entry)
        {
            list--;
        }

        for (var other = lists.StartOf(list); other < lists.EndOf(list); other++)
        {
            var key = lists.Keys[other];
            if (_actions[key] == Unknown)
            {
                Judge(batch.Dictionary.Get(key), key);
            }

            if (key == _systemName || key == _system)
            {
                return batch.Arena.Get(lists.Values[other]);
            }
        }

        return default;
    }

    /// <returns>True when a text column that a fingerprint names was changed.</returns>
    private bool Texts(TelemetryBatch batch)
    {
        var shared = false;
        foreach (var column in batch.TextColumns)
        {
            if (batch is LogBatch logs && column == logs.Bodies)
            {
                Bodies(logs);
                continue;
            }

            for (var i = 0; _marks.Any && i < column.Count; i++)
            {
                if (_marks.Touch(column[i]) && redactor.Redact(batch.Arena.Get(column[i]), _text))
                {
                    column[i] = batch.Arena.Add(_text.Result);
                    shared |= column == batch.Resources.SchemaUrls || column == batch.Scopes.SchemaUrls;
                }
            }
        }

        return shared;
    }

    private void Bodies(LogBatch batch)
    {
        for (var row = 0; row < batch.Count; row++)
        {
            if (MustLook(batch.BodyTypes[row], batch.Bodies[row]))
            {
                Look(batch, ref batch.BodyTypes[row], ref batch.Bodies[row]);
            }
        }
    }

    private bool Look(TelemetryBatch batch, ref AttributeType type, ref TextRef value)
    {
        switch (type)
        {
            case AttributeType.Empty or AttributeType.Bool:
                return false;
            case AttributeType.Bytes:
                // Bytes that are text are looked through as text.
                if (!_bytes.TryRedact(batch.Arena.Get(value), _text))
                {
                    return false;
                }

                value = batch.Arena.AddBase64(_text.Result);
                return true;
            case AttributeType.Array or AttributeType.Map:
                return LookIntoJson(batch, ref type, ref value);
            default:
                if (!redactor.Redact(batch.Arena.Get(value), _text))
                {
                    return false;
                }

                // A number of which something was taken out is none any more.
                (type, value) = (AttributeType.String, batch.Arena.Add(_text.Result));
                return true;
        }
    }

    private bool LookIntoJson(TelemetryBatch batch, ref AttributeType type, ref TextRef value)
    {
        var changed = false;
        if (redactor.Redact(batch.Arena.Get(value), _text))
        {
            // What is no longer JSON is a text.
            type = IsJson(_text.Result) ? type : AttributeType.String;
            value = batch.Arena.Add(_text.Result);
            changed = true;
        }

        if (_bytes.Scan(batch.Arena.Get(value), _text))
        {
            value = batch.Arena.Add(_bytes.Result);
            changed = true;
        }

        return changed;
    }

    private static bool IsJson(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = 512 });
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
