using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Clew.Server.Configuration;

/// <summary>
/// Passes on what another parser reads and refuses what would cost out of proportion to its length: nesting that overflows the stack of whoever
/// walks the document, and aliases that, one within the other, stand for more values than anybody writes.
/// </summary>
internal sealed class BoundedYamlParser(IParser inner) : IParser
{
    /// <summary>Lists and maps within one another.</summary>
    public const int MaxDepth = 64;

    /// <summary>Values of all documents together, each counted wherever an alias repeats it.</summary>
    public const int MaxNodes = 1_000_000;

    private readonly Stack<(AnchorName Anchor, long Before)> _open = new();
    private readonly Dictionary<AnchorName, long> _sizes = [];
    private long _nodes;

    public ParsingEvent? Current => inner.Current;

    /// <exception cref="YamlException">A bound was met, or it is not YAML.</exception>
    public bool MoveNext()
    {
        if (!inner.MoveNext())
        {
            return false;
        }

        switch (inner.Current)
        {
            case MappingStart or SequenceStart:
                _open.Push((((NodeEvent)inner.Current).Anchor, _nodes++));
                break;
            case MappingEnd or SequenceEnd:
                var (anchor, before) = _open.Pop();
                Name(anchor, _nodes - before);
                break;
            case Scalar scalar:
                _nodes++;
                Name(scalar.Anchor, 1);
                break;
            case AnchorAlias alias:
                _nodes += _sizes.TryGetValue(alias.Value, out var size) ? size : throw new YamlException(alias.Start, alias.End, $"*{alias.Value} repeats what is not complete before it");
                break;
        }

        if (_open.Count > MaxDepth)
        {
            throw new YamlException(inner.Current!.Start, inner.Current.End, $"more than {MaxDepth} lists and maps are within one another");
        }

        if (_nodes > MaxNodes)
        {
            throw new YamlException(inner.Current!.Start, inner.Current.End, $"with everything that aliases repeat there are more than {MaxNodes} values");
        }

        return true;
    }

    private void Name(AnchorName anchor, long size)
    {
        if (!anchor.IsEmpty)
        {
            _sizes[anchor] = size;
        }
    }
}
