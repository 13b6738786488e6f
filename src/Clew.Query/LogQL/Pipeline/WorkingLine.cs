using System.Diagnostics.CodeAnalysis;
using System.Text;
using Clew.Query.LogQL.Extraction;
using Clew.Query.LogQL.Source;
using Clew.Query.LogQL.Templates;
using Clew.Query.PromQL.Data;

namespace Clew.Query.LogQL.Pipeline;

/// <summary>
/// The entry that goes through a pipeline just now: its line and its labels. One object for all entries of a query. The line stays UTF-8 in the source's
/// buffer until a stage wants characters, and labels stay those of the stream until a stage wants to know more: what only line filters see costs nothing.
/// </summary>
internal sealed class WorkingLine(LogPortion first) : ILogQlFieldSink, ILogQlTemplateFields
{
    /// <summary>The label that says what went wrong with a line.</summary>
    public const string ErrorLabel = "__error__";

    /// <summary>The label that says more about it.</summary>
    public const string ErrorDetailsLabel = "__error_details__";

    private readonly LabelNamePool _names = new();
    private LogPortion _portion = first;
    private int _row;
    private char[] _text = new char[512];
    private int _textLength;
    private bool _isDecoded;
    private bool _isReplaced;
    private LineField[] _fields = new LineField[32];
    private char[] _values = new char[1_024];
    private int _valuesLength;
    private bool _areLabelsLoaded;
    private LabelOrigin _adding;
    private string? _packed;

    public LogQlStream Stream { get; private set; } = new(LabelSet.Empty);

    /// <summary>Nanoseconds since the Unix epoch.</summary>
    public long Time { get; private set; }

    /// <summary>Whether a stage could not do its work and said so in <see cref="ErrorLabel"/>.</summary>
    public bool HasError { get; private set; }

    /// <summary>Whether a label filter looked at what went wrong and let the line through all the same, so that a metric may be made of it. What goes wrong later is not meant.</summary>
    public bool KeepsError { get; private set; }

    /// <summary>Whether the labels are those of the stream and no others. Reads the metadata.</summary>
    public bool HasStreamLabelsOnly
    {
        get
        {
            LoadLabels();
            return !AreLabelsChanged;
        }
    }

    /// <summary>The line as the source has it, in UTF-8; not to be asked for when <see cref="IsReplaced"/>.</summary>
    public ReadOnlySpan<byte> Bytes => _portion.LineOf(_row);

    /// <summary>Whether a stage made another line of it.</summary>
    public bool IsReplaced => _isReplaced;

    public ReadOnlySpan<char> Text
    {
        get
        {
            if (!_isDecoded)
            {
                var bytes = Bytes;
                Reserve(bytes.Length);
                _textLength = Encoding.UTF8.GetChars(bytes, _text);
                _isDecoded = true;
            }

            return _text.AsSpan(0, _textLength);
        }
    }

    /// <summary>Bytes of the line in UTF-8.</summary>
    public int ByteCount => _isReplaced ? Encoding.UTF8.GetByteCount(Text) : Bytes.Length;

    /// <summary>How many labels there are.</summary>
    public int Count
    {
        get
        {
            LoadLabels();
            return FieldCount;
        }
    }

    private bool AreLabelsChanged { get; set; }

    private int FieldCount { get; set; }

    public void Begin(LogPortion portion, int row)
    {
        (_portion, _row) = (portion, row);
        Stream = portion.StreamOf(row);
        Time = portion.TimeOf(row);
        _isDecoded = _isReplaced = _areLabelsLoaded = AreLabelsChanged = HasError = KeepsError = false;
    }

    public string LineText() => _isReplaced ? Text.ToString() : Encoding.UTF8.GetString(Bytes);

    public void ReplaceLine(ReadOnlySpan<char> line)
    {
        Reserve(line.Length);
        line.CopyTo(_text);
        _textLength = line.Length;
        _isDecoded = _isReplaced = true;
    }

    public string NameAt(int place) => _fields[place].Name;

    public LabelOrigin OriginAt(int place) => _fields[place].Origin;

    /// <summary>A label's value, valid until labels change.</summary>
    public ReadOnlySpan<char> ValueAt(int place) => _fields[place].Text is { } text ? text : _values.AsSpan(_fields[place].Start, _fields[place].Length);

    /// <summary>The place of a label, or -1.</summary>
    public int Find(string name)
    {
        LoadLabels();
        for (var place = 0; place < FieldCount; place++)
        {
            if (ReferenceEquals(_fields[place].Name, name) || _fields[place].Name == name)
            {
                return place;
            }
        }

        return -1;
    }

    /// <summary>A label's value; empty when there is none of that name.</summary>
    public ReadOnlySpan<char> this[string name] => Find(name) is var place and >= 0 ? ValueAt(place) : [];

    /// <summary>Sets a label, whatever it was before.</summary>
    public void Set(string name, string value)
    {
        AreLabelsChanged = true;
        HasError |= name == ErrorLabel;
        var place = Find(name);
        place = place < 0 ? Append() : place;
        _fields[place] = new LineField(name, value, 0, 0, LabelOrigin.Parsed);
    }

    /// <summary>Takes a label away.</summary>
    public void RemoveAt(int place)
    {
        AreLabelsChanged = true;
        HasError &= _fields[place].Name != ErrorLabel;
        FieldCount--;
        _fields.AsSpan(place + 1, FieldCount - place).CopyTo(_fields.AsSpan(place));
    }

    /// <summary>See <see cref="KeepsError"/>.</summary>
    public void KeepError() => KeepsError |= HasError;

    public void Fail(LogQlErrorKind error, string? details)
    {
        KeepsError = false;
        Set(ErrorLabel, error.ToString());
        if (!string.IsNullOrEmpty(details))
        {
            Set(ErrorDetailsLabel, details);
        }
    }

    /// <summary>
    /// Takes a field that a parser found (or, while labels are loaded, metadata). A name that stream or metadata have gets <c>_extracted</c> behind it; of two
    /// fields with one name the first stays.
    /// </summary>
    bool ILogQlFieldSink.Add(ReadOnlySpan<char> name, ReadOnlySpan<char> value)
    {
        LoadLabels();
        var label = _names.Get(name);
        var place = Find(label);
        if (place >= 0 && _fields[place].Origin < LabelOrigin.Parsed)
        {
            label = _names.Extracted(label);
            place = Find(label);
        }

        if (place >= 0)
        {
            return true;
        }

        AreLabelsChanged = true;
        HasError |= label == ErrorLabel;
        if (_valuesLength + value.Length > _values.Length)
        {
            Array.Resize(ref _values, Math.Max(_values.Length * 2, _valuesLength + value.Length));
        }

        value.CopyTo(_values.AsSpan(_valuesLength));
        _fields[Append()] = new LineField(label, null, _valuesLength, value.Length, _adding);
        _valuesLength += value.Length;
        return true;
    }

    /// <summary>The parser is still reading the line: what replaces it waits until it has ended.</summary>
    void ILogQlFieldSink.ReplaceLine(ReadOnlySpan<char> line) => _packed = line.ToString();

    /// <summary>Makes the line what the parser that has just ended found packed in it, if it did.</summary>
    public void Unpack()
    {
        if (_packed is not null)
        {
            ReplaceLine(_packed);
            _packed = null;
        }
    }

    bool ILogQlTemplateFields.TryGet(string name, [NotNullWhen(true)] out string? value)
    {
        var place = Find(name);
        value = place < 0 ? null : TextAt(place);
        return value is not null;
    }

    void ILogQlTemplateFields.CopyTo(ICollection<KeyValuePair<string, string>> target)
    {
        for (var place = 0; place < Count; place++)
        {
            target.Add(new(_fields[place].Name, TextAt(place)));
        }
    }

    public string TextAt(int place) => _fields[place].Text ?? ValueAt(place).ToString();

    private void LoadLabels()
    {
        if (_areLabelsLoaded)
        {
            return;
        }

        _areLabelsLoaded = true;
        _valuesLength = FieldCount = 0;
        var labels = Stream.Labels.Pairs;
        for (var i = 0; i < labels.Count; i++)
        {
            _fields[Append()] = new LineField(labels[i].Key, labels[i].Value, 0, 0, LabelOrigin.Stream);
        }

        _adding = LabelOrigin.Metadata;
        _portion.ReadMetadata(_row, this);
        _adding = LabelOrigin.Parsed;
    }

    private int Append()
    {
        if (FieldCount == _fields.Length)
        {
            Array.Resize(ref _fields, _fields.Length * 2);
        }

        return FieldCount++;
    }

    private void Reserve(int length)
    {
        if (length > _text.Length)
        {
            _text = new char[Math.Max(length, _text.Length * 2)];
        }
    }

    /// <param name="Text">The value when it is a string already; otherwise it is a stretch of the buffer.</param>
    private readonly record struct LineField(string Name, string? Text, int Start, int Length, LabelOrigin Origin);
}
